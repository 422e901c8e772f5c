package dev.latchkey.auth.crypto;

import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Text that nobody may see by accident: a code or a token. Called by applications.
 *
 * <p>Guarantees: {@code toString} shows nothing; {@code equals} compares every UTF-16 unit in a
 * time that depends on the lengths alone; {@link #revealText} is the only way to the content. Does
 * not guarantee: that the memory is wiped (a {@link String} can not be). {@code hashCode} is
 * constant. Any text can be wrapped, of any length. Immutable, safe for concurrent use.
 */
public final class SecretText {

  private final String text;

  private SecretText(String text) {
    this.text = text;
  }

  /**
   * Wraps a text.
   *
   * @param text the secret
   * @return the wrapped text
   */
  public static SecretText of(String text) {
    return new SecretText(Objects.requireNonNull(text, "text"));
  }

  /**
   * Gives the secret away; the name is there to be searched for.
   *
   * @return the text as it came in
   */
  public String revealText() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretText that && MessageDigest.isEqual(units(text), units(that.text));
  }

  /** Constant, so that it says nothing about the content. */
  @Override
  public int hashCode() {
    return SecretText.class.getName().length();
  }

  @Override
  public String toString() {
    return "SecretText[redacted]";
  }

  /** Not a charset's encoder: those replace lone surrogates, and two texts would become one. */
  private static byte[] units(String text) {
    byte[] units = new byte[2 * text.length()];
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      units[2 * i] = (byte) (c >>> 8);
      units[2 * i + 1] = (byte) c;
    }
    return units;
  }
}
