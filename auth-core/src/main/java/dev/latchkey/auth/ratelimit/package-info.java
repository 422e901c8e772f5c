/**
 * Rate limits that are exact in every window: a log of admission times for each subject, and one
 * rule that reads it.
 *
 * <p>{@link dev.latchkey.auth.ratelimit.RateLimiter} is called by applications; {@link
 * dev.latchkey.auth.ratelimit.RateLimitStore} is implemented by store authors, who find the rule
 * itself in {@link dev.latchkey.auth.ratelimit.RateLog}.
 */
@NullMarked
package dev.latchkey.auth.ratelimit;

import org.jspecify.annotations.NullMarked;
