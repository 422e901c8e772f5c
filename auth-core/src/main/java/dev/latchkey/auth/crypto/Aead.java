package dev.latchkey.auth.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Authenticated encryption with AES-256-GCM: what is sealed can be neither read nor changed without
 * the key, and opens only together with the same associated data. Called by Latchkey itself and by
 * store authors who seal fields of their own.
 *
 * <p>Form of a sealed text: {@value #NONCE_BYTES} bytes of nonce, ciphertext, {@value #TAG_BYTES}
 * bytes of tag. The nonce is random, drawn anew for each text.
 *
 * <p>Does not guarantee: to hide the length; to detect an older sealed text put back in place of a
 * newer one; to bind text and key (GCM does not commit to its key). Bounds: with random 96-bit
 * nonces one key may seal at most 2³² texts (NIST SP 800-38D, section 8.3); a text has at most
 * {@value #MAX_TEXT_BYTES} bytes, far below the standard's 2³⁶ − 32. Safe for concurrent use.
 */
public final class Aead {

  /** 256 bits. */
  public static final int KEY_BYTES = 32;

  /** 96 bits, the one length that GCM uses as it is (NIST SP 800-38D, section 5.2.1.1). */
  public static final int NONCE_BYTES = 12;

  /** 128 bits, the full tag (NIST SP 800-38D, section 5.2.1.2). */
  public static final int TAG_BYTES = 16;

  /** One mebibyte: nothing that is sealed here comes near it. */
  public static final int MAX_TEXT_BYTES = 1 << 20;

  private static final String CIPHER = "AES/GCM/NoPadding";

  private Aead() {}

  /**
   * Encrypts and authenticates.
   *
   * @param key32 the key, {@value #KEY_BYTES} bytes
   * @param plaintext what to seal, at most {@value #MAX_TEXT_BYTES} bytes
   * @param associatedData what the text belongs to; authenticated, not contained
   * @return nonce, ciphertext and tag
   * @throws IllegalArgumentException if the key or the text has a wrong length
   */
  public static byte[] seal(SecretBytes key32, byte[] plaintext, byte[] associatedData) {
    SecretKeySpec key = aesKey(key32);
    Objects.requireNonNull(associatedData, "associatedData");
    if (plaintext.length > MAX_TEXT_BYTES) {
      throw new IllegalArgumentException(
          "plaintext must have at most %d bytes, got %d"
              .formatted(MAX_TEXT_BYTES, plaintext.length));
    }
    byte[] sealed = new byte[NONCE_BYTES + plaintext.length + TAG_BYTES];
    byte[] nonce = SecureBytes.system().next(NONCE_BYTES);
    System.arraycopy(nonce, 0, sealed, 0, NONCE_BYTES);
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
      cipher.updateAAD(associatedData);
      cipher.doFinal(plaintext, 0, plaintext.length, sealed, NONCE_BYTES);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM must be available in this JVM", e);
    }
  }

  /**
   * Checks and decrypts.
   *
   * @param key32 the key, {@value #KEY_BYTES} bytes
   * @param sealed what {@link #seal} gave, or any other bytes
   * @param associatedData the same as at sealing
   * @return the plaintext; empty if key, text or associated data is not the same
   * @throws IllegalArgumentException if the key has a wrong length
   */
  public static Optional<byte[]> open(SecretBytes key32, byte[] sealed, byte[] associatedData) {
    SecretKeySpec key = aesKey(key32);
    Objects.requireNonNull(associatedData, "associatedData");
    int textBytes = sealed.length - NONCE_BYTES - TAG_BYTES;
    if (textBytes < 0 || textBytes > MAX_TEXT_BYTES) {
      return Optional.empty();
    }
    byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
      cipher.updateAAD(associatedData);
      return Optional.of(cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM must be available in this JVM", e);
    }
  }

  private static SecretKeySpec aesKey(SecretBytes key32) {
    if (key32.length() != KEY_BYTES) {
      throw new IllegalArgumentException(
          "key must have %d bytes, got %d".formatted(KEY_BYTES, key32.length()));
    }
    return new SecretKeySpec(key32.revealBytes(), "AES");
  }
}
