package dev.latchkey.auth.ratelimit;

/**
 * One admission in one log, to be given back if what it was for did not happen. Called by store
 * authors.
 *
 * <p>Guarantees: the stamp is unique in its log, so that giving one admission back twice takes only
 * one out.
 *
 * @param subject whose log
 * @param stamp the admission's place in it: milliseconds since the epoch times 1,000, plus a number
 *     that tells admissions of one millisecond apart
 */
public record Reservation(Subject subject, long stamp) {}
