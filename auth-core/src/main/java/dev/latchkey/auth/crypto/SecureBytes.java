package dev.latchkey.auth.crypto;

/**
 * A source of random bytes for codes, ids, keys and secrets. Called by Latchkey itself; only tests
 * may replace it, since whoever can predict it can sign in as anybody.
 *
 * <p>Implementations must be unpredictable and safe for concurrent use.
 */
@FunctionalInterface
public interface SecureBytes {

  /**
   * Overwrites the whole array with random bytes.
   *
   * @param target the array to fill
   */
  void fill(byte[] target);

  /**
   * Fresh random bytes.
   *
   * @param n how many, not negative
   * @return a new array of that length
   */
  default byte[] next(int n) {
    byte[] bytes = new byte[n];
    fill(bytes);
    return bytes;
  }

  /**
   * The source to use: the platform's {@link java.security.SecureRandom}.
   *
   * @return one shared instance, safe for concurrent use
   */
  static SecureBytes system() {
    return SystemBytes.INSTANCE;
  }
}
