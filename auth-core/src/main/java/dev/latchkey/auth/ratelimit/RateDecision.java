package dev.latchkey.auth.ratelimit;

import java.time.Duration;

/**
 * What one log says to one request. Answered by stores.
 *
 * <p>Guarantees: a refusal records nothing.
 */
public sealed interface RateDecision {
  /**
   * How the subject stands after the decision.
   *
   * @return the tightest window
   */
  Standing standing();

  /**
   * The request is admitted and recorded.
   *
   * @param standing how the subject stands now
   * @param stamp the stamp of the admission, see {@link Reservation}
   */
  record Admitted(Standing standing, long stamp) implements RateDecision {}

  /**
   * The request is refused and leaves no trace.
   *
   * @param standing how the subject stands in the window that refuses longest
   * @param retryAfter how long until the same request would be admitted, if nobody else asks
   */
  record Refused(Standing standing, Duration retryAfter) implements RateDecision {}
}
