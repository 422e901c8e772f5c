package dev.latchkey.auth.ratelimit;

/**
 * Whose actions are counted, and which action: the key of one {@link RateLog}. Called by
 * applications, and by store authors as a key.
 *
 * <p>Guarantees: two subjects are the same only if both parts are. A subject never holds an address
 * in clear: what stands for an address is its keyed hash.
 *
 * @param action what is counted, such as {@code send.ip}: 1 to 32 of {@code a-z}, digits and {@code
 *     . _ -}
 * @param value who is counted: 1 to 200 visible ASCII characters
 */
public record Subject(String action, String value) {
  /**
   * Checks the bounds.
   *
   * @param action what is counted
   * @param value who is counted
   */
  public Subject {
    if (action.isEmpty() || action.length() > 32 || !action.chars().allMatch(Subject::inAction)) {
      throw new IllegalArgumentException(
          "action must be 1 to 32 of a-z, 0-9, '.', '_' and '-', got " + action.length());
    }
    if (value.isEmpty()
        || value.length() > 200
        || !value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "value must be 1 to 200 visible ASCII characters, got " + value.length());
    }
  }

  private static boolean inAction(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  }

  /**
   * Both parts as one text; no two subjects have the same.
   *
   * @return {@code action/value}
   */
  public String key() {
    return action + "/" + value;
  }
}
