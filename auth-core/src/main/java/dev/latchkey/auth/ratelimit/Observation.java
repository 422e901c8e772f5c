package dev.latchkey.auth.ratelimit;

/**
 * How a breaker stands after a failure. Answered by stores.
 *
 * @param on whether it is on
 * @param tripped whether this very failure switched it on, which one caller learns
 */
public record Observation(boolean on, boolean tripped) {}
