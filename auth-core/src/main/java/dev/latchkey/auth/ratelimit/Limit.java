package dev.latchkey.auth.ratelimit;

import java.util.List;

/**
 * One layer of a limit: a subject, its windows, and the name under which people hear of it. Called
 * by applications.
 *
 * @param name what the limit headers call it, such as {@code ip}
 * @param subject whose log
 * @param quotas one or more windows, in the order in which ties are told
 */
public record Limit(String name, Subject subject, List<Quota> quotas) {
  /**
   * Copies the quotas.
   *
   * @param name what the limit headers call it
   * @param subject whose log
   * @param quotas one or more windows
   */
  public Limit {
    quotas = List.copyOf(quotas);
    if (quotas.isEmpty()) {
      throw new IllegalArgumentException("quotas must not be empty");
    }
  }
}
