package dev.latchkey.auth.otp;

import java.time.Duration;
import java.time.Instant;

/**
 * A code that was issued, as a challenge remembers it. Called by store authors, as a part of a
 * record.
 *
 * @param hash the keyed hash of the code
 * @param createdAt when it was issued
 * @param expiresAt when it ends, exclusive
 */
public record LiveCode(CodeHash hash, Instant createdAt, Instant expiresAt) {
  /**
   * How far a clock may be behind the one that issued a code: the skew that stores tolerate. Past
   * it the code is refused, so that a clock that steps back lengthens no code.
   */
  public static final Duration MAX_SKEW = Duration.ofSeconds(2);

  /**
   * Checks that the code ends after it begins.
   *
   * @param hash the keyed hash of the code
   * @param createdAt when it was issued
   * @param expiresAt when it ends
   */
  public LiveCode {
    if (!createdAt.isBefore(expiresAt)) {
      throw new IllegalArgumentException("expiresAt must be after createdAt");
    }
  }

  /**
   * Whether the code may be used.
   *
   * @param now the time of the guess
   * @return false from {@code expiresAt} on, and while {@code createdAt} is more than {@link
   *     #MAX_SKEW} ahead
   */
  public boolean isLive(Instant now) {
    return now.isBefore(expiresAt) && !createdAt.isAfter(now.plus(MAX_SKEW));
  }
}
