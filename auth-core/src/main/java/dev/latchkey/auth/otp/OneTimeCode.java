package dev.latchkey.auth.otp;

import dev.latchkey.auth.crypto.SecretText;
import dev.latchkey.auth.crypto.SecureBytes;
import java.util.Optional;

/**
 * A code as it stands in a mail or was typed by a person. Called by applications.
 *
 * <p>Guarantees: well-formed, one spelling for each code; {@code toString} shows the form alone.
 * Does not guarantee that anybody was sent it.
 */
public final class OneTimeCode {
  /** Crockford's base 32: no I, L, O, U. */
  private static final String CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  /** What a person may type around a code; anything longer is refused unread. */
  private static final int MAX_TYPED = 64;

  private static final int SIX_DIGIT_CODES = 1_000_000;

  private final CodeForm form;
  private final SecretText text;

  private OneTimeCode(CodeForm form, String text) {
    this.form = form;
    this.text = SecretText.of(text);
  }

  /**
   * Reads what a person typed. Spaces (U+0020) and hyphens (U+002D) are dropped; letters of base 32
   * may be of either case, and O, I and L stand for 0, 1 and 1. Digits are ASCII digits only.
   *
   * @param typed any text
   * @return the code, or empty if it has neither form
   */
  public static Optional<OneTimeCode> parse(String typed) {
    if (typed.length() > MAX_TYPED) {
      return Optional.empty();
    }
    StringBuilder kept = new StringBuilder(CodeForm.EIGHT_BASE32.length());
    boolean digits = true;
    for (int i = 0; i < typed.length(); i++) {
      char c = typed.charAt(i);
      if (c == ' ' || c == '-') {
        continue;
      }
      digits &= c >= '0' && c <= '9';
      kept.append(c);
    }
    if (digits && kept.length() == CodeForm.SIX_DIGITS.length()) {
      return Optional.of(new OneTimeCode(CodeForm.SIX_DIGITS, kept.toString()));
    }
    return kept.length() == CodeForm.EIGHT_BASE32.length() ? base32(kept) : Optional.empty();
  }

  private static Optional<OneTimeCode> base32(StringBuilder typed) {
    for (int i = 0; i < typed.length(); i++) {
      char c = typed.charAt(i);
      char upper = c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c;
      char meant =
          switch (upper) {
            case 'O' -> '0';
            case 'I', 'L' -> '1';
            default -> upper;
          };
      if (CROCKFORD.indexOf(meant) < 0) {
        return Optional.empty();
      }
      typed.setCharAt(i, meant);
    }
    return Optional.of(new OneTimeCode(CodeForm.EIGHT_BASE32, typed.toString()));
  }

  /**
   * A fresh code, each of its form equally likely.
   *
   * @param form six digits, or eight characters of base 32
   * @param random where the bits come from
   * @return the code
   */
  static OneTimeCode random(CodeForm form, SecureBytes random) {
    return form == CodeForm.SIX_DIGITS ? sixDigits(random) : eightBase32(random);
  }

  private static OneTimeCode eightBase32(SecureBytes random) {
    byte[] bytes = random.next(CodeForm.EIGHT_BASE32.length());
    StringBuilder text = new StringBuilder(bytes.length);
    for (byte five : bytes) {
      text.append(CROCKFORD.charAt(five & 0x1f));
    }
    return new OneTimeCode(CodeForm.EIGHT_BASE32, text.toString());
  }

  private static OneTimeCode sixDigits(SecureBytes random) {
    // Rejection: the largest multiple of 10^6 below 2^24 keeps the remainder uniform.
    int bound = (1 << 24) / SIX_DIGIT_CODES * SIX_DIGIT_CODES;
    while (true) {
      byte[] bytes = random.next(3);
      int value = (bytes[0] & 0xff) << 16 | (bytes[1] & 0xff) << 8 | (bytes[2] & 0xff);
      if (value < bound) {
        String digits = Integer.toString(SIX_DIGIT_CODES + value % SIX_DIGIT_CODES).substring(1);
        return new OneTimeCode(CodeForm.SIX_DIGITS, digits);
      }
    }
  }

  /**
   * The form of the code.
   *
   * @return its alphabet and length
   */
  public CodeForm form() {
    return form;
  }

  /**
   * The code itself, for the mail and the hash.
   *
   * @return the characters without separators
   */
  public String revealCode() {
    return text.revealText();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OneTimeCode that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return form.hashCode();
  }

  @Override
  public String toString() {
    return "OneTimeCode[" + form + ", redacted]";
  }
}
