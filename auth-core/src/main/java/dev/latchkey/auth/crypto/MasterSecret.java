package dev.latchkey.auth.crypto;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The host's own secret, the one thing outside the store that opens the key ring: an ordered list,
 * newest first, so that it can be changed while all nodes keep running. Called by applications.
 *
 * <p>The newest secret seals; each of them opens. To change it, put the new one in front of the old
 * on every node, and take the old one away later.
 *
 * <p>Bounds: 1 to {@value #MAX_SECRETS} secrets, all different, each {@value #MIN_BYTES} to {@value
 * #MAX_BYTES} bytes. They should come from a random source; length does not make a pass phrase
 * strong. Guarantees: {@code toString} and every exception name the rule and never a value.
 * Immutable, safe for concurrent use.
 */
public final class MasterSecret {

  /** As long as the keys that are derived from it (NIST SP 800-57, 256 bits of strength). */
  public static final int MIN_BYTES = 32;

  /** Far above any real secret; longer input is a mistake, such as a whole file. */
  public static final int MAX_BYTES = 1024;

  /** A change of the secret needs two; more than a handful is a mistake. */
  public static final int MAX_SECRETS = 8;

  private final List<SecretBytes> newestFirst;

  private MasterSecret(List<SecretBytes> newestFirst) {
    if (newestFirst.size() > MAX_SECRETS) {
      throw new IllegalArgumentException(
          "master secret must be a list of at most %d secrets, got %d"
              .formatted(MAX_SECRETS, newestFirst.size()));
    }
    for (int i = 0; i < newestFirst.size(); i++) {
      int length = newestFirst.get(i).length();
      if (length < MIN_BYTES || length > MAX_BYTES) {
        throw new IllegalArgumentException(
            "master secret number %d must have %d to %d bytes, got %d"
                .formatted(i + 1, MIN_BYTES, MAX_BYTES, length));
      }
      if (newestFirst.subList(0, i).contains(newestFirst.get(i))) {
        throw new IllegalArgumentException(
            "master secret number %d must differ from those before it".formatted(i + 1));
      }
    }
    this.newestFirst = List.copyOf(newestFirst);
  }

  /**
   * A secret given as bytes.
   *
   * @param newest the secret that seals
   * @param former secrets that only open, newest first
   * @return the list
   * @throws IllegalArgumentException if a bound is broken
   */
  public static MasterSecret of(byte[] newest, byte[]... former) {
    List<SecretBytes> secrets = new ArrayList<>();
    secrets.add(SecretBytes.copyOf(newest));
    for (byte[] secret : former) {
      secrets.add(SecretBytes.copyOf(secret));
    }
    return new MasterSecret(secrets);
  }

  /**
   * A secret given as text: the UTF-8 bytes of each element are one secret. White space around an
   * element is dropped.
   *
   * @param commaSeparatedNewestFirst the secrets, newest first
   * @return the list
   * @throws IllegalArgumentException if a bound is broken or the text is not well-formed Unicode
   */
  public static MasterSecret ofText(String commaSeparatedNewestFirst) {
    Objects.requireNonNull(commaSeparatedNewestFirst, "commaSeparatedNewestFirst");
    List<SecretBytes> secrets = new ArrayList<>();
    for (String element : commaSeparatedNewestFirst.split(",", -1)) {
      secrets.add(utf8(element.strip()));
    }
    return new MasterSecret(secrets);
  }

  /**
   * The secret in an environment variable, in the form of {@link #ofText}.
   *
   * @param variable the variable's name, such as {@code LATCHKEY_SECRET}
   * @return the list
   * @throws IllegalStateException if the variable is missing or empty, naming it
   * @throws IllegalArgumentException if a bound is broken
   */
  public static MasterSecret fromEnvironment(String variable) {
    String text = System.getenv(Objects.requireNonNull(variable, "variable"));
    if (text == null || text.isBlank()) {
      throw new IllegalStateException(
          "environment variable %s must hold the master secret, got none".formatted(variable));
    }
    return ofText(text);
  }

  /**
   * A fresh random secret, for stores that do not outlive the process.
   *
   * @return one secret of {@value #MIN_BYTES} bytes
   */
  public static MasterSecret generate() {
    return of(SecureBytes.system().next(MIN_BYTES));
  }

  /**
   * Gives the secrets away; the name is there to be searched for.
   *
   * @return all secrets, newest first, at least one
   */
  public List<SecretBytes> revealAll() {
    return newestFirst;
  }

  @Override
  public String toString() {
    return "MasterSecret[redacted]";
  }

  private static SecretBytes utf8(String element) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(element));
      byte[] exact = new byte[bytes.remaining()];
      bytes.get(exact);
      return SecretBytes.copyOf(exact);
    } catch (CharacterCodingException e) {
      // A lenient encoder would turn each lone surrogate into '?' and weaken the secret in silence.
      throw new IllegalArgumentException("master secret must be well-formed Unicode text", e);
    }
  }
}
