package dev.latchkey.auth.cas;

import java.io.Serial;

/**
 * Bytes of a store are not a record that this release can read: they were damaged, or written by a
 * later release. Seen by applications as the cause of a {@link
 * dev.latchkey.auth.store.StoreUnavailableException} that is not retryable.
 *
 * <p>Guarantees: the message tells the kind of the record and what is wrong with the form of the
 * bytes, and nothing that they hold. Nothing was written.
 */
public final class UnreadableRecordException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  UnreadableRecordException(String kind, String problem) {
    super("unreadable record of kind " + kind + ": " + problem);
  }
}
