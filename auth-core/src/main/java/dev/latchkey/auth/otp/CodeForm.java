package dev.latchkey.auth.otp;

/** The alphabet and length of a code. Called by applications. */
public enum CodeForm {
  /** Six decimal digits, leading zeros kept: 10<sup>6</sup> codes, easy to type anywhere. */
  SIX_DIGITS(6),
  /** Eight characters of Crockford's base 32: 2<sup>40</sup> codes, for times of attack. */
  EIGHT_BASE32(8);

  private final int length;

  CodeForm(int length) {
    this.length = length;
  }

  /**
   * How many characters a code of this form has.
   *
   * @return the length, separators not counted
   */
  public int length() {
    return length;
  }

  static CodeForm ofLength(int length) {
    for (CodeForm form : values()) {
      if (form.length == length) {
        return form;
      }
    }
    throw new IllegalArgumentException("length must be of a known form, got " + length);
  }
}
