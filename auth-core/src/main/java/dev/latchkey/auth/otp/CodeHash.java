package dev.latchkey.auth.otp;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.Hmac;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.crypto.SecureBytes;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What is stored of a code: HMAC-SHA-256 under the pepper over identifier, challenge and code.
 * Called by store authors, who keep it and compare it with {@link #matches}.
 *
 * <p>Guarantees: without the pepper, which is in no store, a stored hash tells nothing of the code,
 * though there are only 10<sup>6</sup>; the same code of another identifier or challenge has
 * another hash; comparing takes the same time wherever two hashes differ.
 *
 * <p>Source: OWASP Password Storage Cheat Sheet, "Peppering"; NIST SP 800-63B-4, section 3.1.3.
 */
public final class CodeHash {
  private static final int BYTES = 32;
  private static final byte[] LABEL = "code".getBytes(StandardCharsets.US_ASCII);

  private final SecretBytes bytes;

  private CodeHash(SecretBytes bytes) {
    this.bytes = bytes;
  }

  static CodeHash of(
      SecretBytes pepper, IdentityHash identity, ChallengeId challenge, OneTimeCode code) {
    byte[] text = code.revealCode().getBytes(StandardCharsets.US_ASCII);
    return new CodeHash(
        SecretBytes.copyOf(
            Hmac.sha256(pepper, LABEL, identity.toBytes(), challenge.bytes(), text)));
  }

  /** A hash that no code has: 256 random bits. */
  static CodeHash matchless(SecureBytes random) {
    return new CodeHash(SecretBytes.copyOf(random.next(BYTES)));
  }

  /**
   * Reads a stored hash.
   *
   * @param text what {@link #text} gave
   * @return the hash, or empty if the text is no hash
   */
  public static Optional<CodeHash> parse(String text) {
    return Base64Url.decode(text)
        .filter(bytes -> bytes.length == BYTES)
        .map(bytes -> new CodeHash(SecretBytes.copyOf(bytes)));
  }

  /**
   * The hash as text, for a store.
   *
   * @return 43 characters of base64url
   */
  public String text() {
    return Base64Url.encode(bytes.revealBytes());
  }

  /**
   * Whether both hashes are of one code. Takes the same time for any two.
   *
   * @param candidate the hash of a guess
   * @return true if they are equal
   */
  public boolean matches(CodeHash candidate) {
    return bytes.equals(candidate.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CodeHash that && matches(that);
  }

  @Override
  public int hashCode() {
    return bytes.hashCode();
  }

  @Override
  public String toString() {
    return "CodeHash[redacted]";
  }
}
