package dev.latchkey.auth.ratelimit;

import java.time.Duration;

/**
 * How a subject stands in its tightest window: what the limit headers say. Called by applications.
 *
 * @param quota the window that is closest to refusing, or that refused
 * @param remaining how many more it admits now
 * @param reset how long until it gains room, zero if it is empty
 */
public record Standing(Quota quota, int remaining, Duration reset) {}
