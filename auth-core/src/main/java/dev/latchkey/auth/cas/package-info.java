/**
 * All stores over compare-and-set: whoever can read the bytes of a key and replace them only if
 * nobody else has done so meanwhile has every store of Latchkey at once.
 *
 * <p>{@link dev.latchkey.auth.cas.CasBackend} is implemented by store authors: two verbs. {@link
 * dev.latchkey.auth.cas.CasStores} is called by applications: it runs the transitions of the
 * records over them.
 *
 * <p>The stored format. One record is one value: one byte that names kind (high four bits) and
 * version of the format (low four bits), then the fields in order. Numbers are in base 128, the
 * lowest seven bits first, signed ones zigzag; times are seconds and nanoseconds; texts and lists
 * have their length in front. Reading is strict: another kind, an unknown version, a missing or a
 * superfluous byte, or another spelling of the same record is an {@link
 * dev.latchkey.auth.cas.UnreadableRecordException}, never a record that was not written.
 *
 * <p>Compatibility. A release reads every version of a kind that an earlier release wrote, and
 * writes one. A new version is read by one release and written from the next release on, so that
 * nodes of two neighbouring releases can share a store. A node that meets a version from its future
 * refuses with a {@link dev.latchkey.auth.store.StoreUnavailableException} that is not retryable,
 * and leaves the record as it is.
 */
@NullMarked
package dev.latchkey.auth.cas;

import org.jspecify.annotations.NullMarked;
