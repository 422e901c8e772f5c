package dev.latchkey.auth.account;

/**
 * The host's stable name for an account. Called by applications. It is the {@code sub} of access
 * tokens and stands in events and logs, so it must not be personal data: no address, no phone
 * number. Never given to another account later. Immutable.
 *
 * @param value 1 to {@value #MAX_LENGTH} visible ASCII characters (0x21 to 0x7e)
 */
public record AccountId(String value) {

  /** Long enough for any UUID or URN, short enough for every token. */
  public static final int MAX_LENGTH = 128;

  /**
   * Checks the form.
   *
   * @param value 1 to {@value #MAX_LENGTH} visible ASCII characters
   * @throws IllegalArgumentException if it is not as described
   */
  public AccountId {
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "account id must have 1 to %d characters, got %d".formatted(MAX_LENGTH, value.length()));
    }
    if (!value.chars().allMatch(c -> c >= 0x21 && c <= 0x7e)) {
      throw new IllegalArgumentException("account id must be visible ASCII, got another character");
    }
  }
}
