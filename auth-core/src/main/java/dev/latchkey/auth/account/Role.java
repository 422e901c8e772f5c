package dev.latchkey.auth.account;

import java.util.regex.Pattern;

/**
 * A role of an account, as the host names it; it travels in access tokens. Called by applications.
 * Immutable.
 *
 * @param name 1 to {@value #MAX_LENGTH} of {@code A-Z a-z 0-9 _ . : -}; case matters
 */
public record Role(String name) {

  /** Bounds the size of a token together with {@link Account#MAX_ROLES}. */
  public static final int MAX_LENGTH = 64;

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.:-]{1," + MAX_LENGTH + "}");

  /**
   * Checks the form.
   *
   * @param name 1 to {@value #MAX_LENGTH} of the characters named above
   * @throws IllegalArgumentException if it is not as described
   */
  public Role {
    if (!FORM.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "role must be 1 to %d of A-Z a-z 0-9 _ . : -, got %d characters"
              .formatted(MAX_LENGTH, name.length()));
    }
  }
}
