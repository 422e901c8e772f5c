package dev.latchkey.auth.cas;

import java.time.Instant;
import java.util.Optional;

/**
 * A place that keeps bytes by key and can replace them on condition. Implemented by store authors;
 * called by {@link CasStores}.
 *
 * <p>Keys are safe wherever a name is: a kind of {@code a-z}, a slash, and 64 hexadecimal digits in
 * lower case, which hash what the record is about. Values have at most {@value #MAX_BYTES} bytes, a
 * usual one less than a thousand. Neither holds a secret or, but for the records of {@link
 * CasAccounts}, an address.
 *
 * <p>Must guarantee:
 *
 * <ul>
 *   <li>{@link #replace} is atomic: of any number of callers on all nodes that bring one version of
 *       a key at most one is told true, and what it brought is then read by everybody.
 *   <li>A version never comes back: a key has each at most once, also if the record was dropped and
 *       made again in between. Who never drops records counts from 1; who does takes versions from
 *       one counter for all keys, or 63 random bits.
 *   <li>A call has no effect after it has thrown for lack of an answer and its deadline is over;
 *       and the backend does not send a {@code replace} again by itself, since its second answer
 *       would be false though the first had an effect.
 *   <li>A record is never dropped before its {@code expiresAt}, by a clock that is not ahead of the
 *       nodes'. Later it may go or stay: the records know themselves what has expired.
 * </ul>
 *
 * <p>Both verbs answer within a deadline of the backend's own, or throw any unchecked exception:
 * the caller then takes the outcome as unknown and says so with {@link
 * dev.latchkey.auth.store.StoreUnavailableException}, of which yours becomes the cause. Keep
 * passwords of connection strings out of it. Safe for concurrent use.
 */
public interface CasBackend {
  /** The largest value: a key ring with every list full. */
  int MAX_BYTES = 4 * 1024 * 1024;

  /** The {@code expiresAt} of what is kept for ever; within what databases can hold. */
  Instant NEVER = Instant.parse("9999-12-31T23:59:59.999Z");

  /**
   * Reads what is there now, not what was there a while ago: a replica that lags does not do.
   *
   * @param key a key as described above
   * @return the bytes and their version, expired or not; empty if there are none
   */
  Optional<Versioned> read(String key);

  /**
   * Replaces the bytes of a key, if they are still those of a version.
   *
   * @param key a key as described above
   * @param expectedVersion the version that {@link #read} gave; 0 to make a record only if there is
   *     none
   * @param bytes what to keep; the array is the backend's from now on
   * @param expiresAt from when on the backend may drop it; {@link #NEVER} at the latest, and in the
   *     past for a record that holds nothing any more
   * @return true if it is kept now; false if another version was there, and nothing has changed
   */
  boolean replace(String key, long expectedVersion, byte[] bytes, Instant expiresAt);

  /**
   * Bytes and their version. Made by store authors. Immutable as long as nobody writes to the
   * array, which is not copied.
   */
  final class Versioned {
    private final long version;
    private final byte[] bytes;

    /**
     * What a backend read.
     *
     * @param version any number but 0
     * @param bytes the bytes that were given to {@link CasBackend#replace}
     */
    public Versioned(long version, byte[] bytes) {
      if (version == 0) {
        throw new IllegalArgumentException("version must not be 0, which means that none is there");
      }
      this.version = version;
      this.bytes = bytes;
    }

    /**
     * Which version this is.
     *
     * @return any number but 0
     */
    public long version() {
      return version;
    }

    /**
     * The bytes themselves, not a copy.
     *
     * @return what is kept
     */
    public byte[] bytes() {
      return bytes;
    }

    @Override
    public String toString() {
      return "Versioned[" + version + ", " + bytes.length + " bytes]";
    }
  }
}
