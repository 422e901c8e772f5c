package dev.latchkey.auth.client;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A subject that a budget per IP counts on, and by which factor its budget is larger. Called by
 * Latchkey itself.
 *
 * <p>One client of IPv6 usually owns a whole /64 and often a /56 or a /48, so all three are counted
 * (RFC 6177), the wider ones with larger budgets since many clients may share them. An unknown
 * address is one shared subject: never no limit. Immutable.
 *
 * @param key such as {@code 192.0.2.1/32}, {@code 2001:db8::/64} or {@code none}
 * @param factor 1 or more; the budget of this subject is so many times as large
 */
public record IpSubject(String key, int factor) {

  /** A /56 holds 256 of the /64 and may be one household: far fewer budgets than networks. */
  private static final int FACTOR_56 = 4;

  /** A /48 may be one site or many customers; again four times the next narrower block. */
  private static final int FACTOR_48 = 16;

  private static final List<IpSubject> UNKNOWN = List.of(new IpSubject("none", 1));

  /**
   * Checks the bounds.
   *
   * @param key what is counted
   * @param factor how many times as large the budget is
   * @throws IllegalArgumentException if the key is empty or the factor is not positive
   */
  public IpSubject {
    Objects.requireNonNull(key, "key");
    if (key.isEmpty()) {
      throw new IllegalArgumentException("key must not be empty");
    }
    if (factor < 1) {
      throw new IllegalArgumentException("factor must be positive, got " + factor);
    }
  }

  /**
   * The subjects of an address, the narrowest first.
   *
   * @param address the client's address, if known
   * @return for IPv4 the address; for IPv6 its /64, its /56 with 4 times and its /48 with 16 times
   *     the budget; for an unknown address the one subject {@code none}
   */
  public static List<IpSubject> of(Optional<IpAddress> address) {
    return address.map(IpSubject::of).orElse(UNKNOWN);
  }

  private static List<IpSubject> of(IpAddress address) {
    return address.isIpv4()
        ? List.of(new IpSubject(address.prefix(32), 1))
        : List.of(
            new IpSubject(address.prefix(64), 1),
            new IpSubject(address.prefix(56), FACTOR_56),
            new IpSubject(address.prefix(48), FACTOR_48));
  }
}
