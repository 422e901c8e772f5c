package dev.latchkey.auth.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which machines in front of the host may say where a request comes from. Called by applications,
 * once a request.
 *
 * <p>{@code X-Forwarded-For} counts only if the peer itself is trusted. It is read from the right,
 * the end that the nearest proxy wrote; the first address that is not a trusted proxy is the
 * client. What stands to the left of it anybody may have written, and is never looked at.
 *
 * <p>An element that is no address (also an empty one) ends the walk: the client is then the last
 * address that was good, a trusted proxy, so that such requests share one subject and forging
 * nonsense wins nothing. Likewise after {@value #MAX_ELEMENTS} elements, at an element of more than
 * {@value #MAX_ELEMENT_LENGTH} characters, and when all are trusted. So the work is bounded however
 * long the header is. Does not guarantee: anything if a trusted proxy passes on what it was sent
 * instead of appending what it saw. Immutable, safe for concurrent use.
 */
public final class TrustedProxies {

  /** More hops than any chain of proxies has. */
  public static final int MAX_ELEMENTS = 64;

  /** White space included; an address with zone and port needs fewer than 90. */
  public static final int MAX_ELEMENT_LENGTH = 128;

  private static final Pattern BITS = Pattern.compile("0|[1-9][0-9]{0,2}");

  private static final TrustedProxies NONE = new TrustedProxies(List.of());

  private final List<Block> blocks;

  private TrustedProxies(List<Block> blocks) {
    this.blocks = List.copyOf(blocks);
  }

  /**
   * For a host that its clients reach directly.
   *
   * @return trusts nobody: the peer is the client
   */
  public static TrustedProxies none() {
    return NONE;
  }

  /**
   * Trusts the given blocks.
   *
   * @param cidrs each an address or a block such as {@code 10.0.0.0/8} or {@code fd00::/8}; a block
   *     must have no bits set behind its prefix, since that is usually a slip of the prefix
   * @return the trusted proxies
   * @throws IllegalArgumentException naming the first that is neither
   */
  public static TrustedProxies of(String... cidrs) {
    List<Block> blocks = new ArrayList<>();
    for (String cidr : cidrs) {
      blocks.add(
          block(Objects.requireNonNull(cidr, "cidr"))
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "trusted proxy must be an IP address or a CIDR block without host bits,"
                              + " got "
                              + cidr)));
    }
    return new TrustedProxies(blocks);
  }

  /**
   * Whether an address is one of the proxies.
   *
   * @param address any address
   * @return true if it lies in one of the blocks
   */
  public boolean trusts(IpAddress address) {
    return blocks.stream().anyMatch(block -> block.contains(address));
  }

  /**
   * Where a request comes from.
   *
   * @param peer the other end of the connection, as the HTTP server tells it (a literal, with or
   *     without brackets or port), or null if it does not
   * @param forwardedForHeaders the values of all {@code X-Forwarded-For} headers, in their order
   * @return the address to count on; empty if the peer is unknown or no address
   */
  public Optional<IpAddress> clientAddress(
      @Nullable String peer, List<String> forwardedForHeaders) {
    Objects.requireNonNull(forwardedForHeaders, "forwardedForHeaders");
    Optional<IpAddress> nearest = peer == null ? Optional.empty() : IpAddress.parseWithPort(peer);
    if (nearest.isEmpty() || !trusts(nearest.get())) {
      return nearest;
    }
    IpAddress lastGood = nearest.get();
    int looked = 0;
    for (int line = forwardedForHeaders.size() - 1; line >= 0; line--) {
      String header = forwardedForHeaders.get(line);
      int end = header.length();
      while (end >= 0) {
        int comma = commaBefore(header, end);
        if (++looked > MAX_ELEMENTS || end - comma - 1 > MAX_ELEMENT_LENGTH) {
          return Optional.of(lastGood);
        }
        Optional<IpAddress> element =
            IpAddress.parseWithPort(trimmed(header.substring(comma + 1, end)));
        if (element.isEmpty()) {
          return Optional.of(lastGood);
        }
        lastGood = element.get();
        if (!trusts(lastGood)) {
          return element;
        }
        end = comma;
      }
    }
    return Optional.of(lastGood);
  }

  /** The comma before {@code end}, or −1; looks only as far as an element may reach. */
  private static int commaBefore(String header, int end) {
    int furthest = Math.max(-1, end - MAX_ELEMENT_LENGTH - 2);
    for (int i = end - 1; i > furthest; i--) {
      if (header.charAt(i) == ',') {
        return i;
      }
    }
    return furthest;
  }

  /** Without surrounding spaces and tabs, the OWS of RFC 9110, section 5.6.3. */
  private static String trimmed(String element) {
    int begin = 0;
    int end = element.length();
    while (begin < end && isBlank(element.charAt(begin))) {
      begin++;
    }
    while (end > begin && isBlank(element.charAt(end - 1))) {
      end--;
    }
    return element.substring(begin, end);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static Optional<Block> block(String cidr) {
    int slash = cidr.indexOf('/');
    String literal = slash < 0 ? cidr : cidr.substring(0, slash);
    Optional<IpAddress> address = IpAddress.parse(literal);
    if (address.isEmpty() || slash < 0) {
      return address.map(ip -> new Block(ip, ip.maxBits()));
    }
    String digits = cidr.substring(slash + 1);
    if (!BITS.matcher(digits).matches()) {
      return Optional.empty();
    }
    IpAddress network = address.get();
    // ::ffff:10.0.0.0/104 is 10.0.0.0/8 in the form that addresses are folded to.
    boolean mapped = network.isIpv4() && literal.indexOf(':') >= 0;
    int bits = Integer.parseInt(digits) - (mapped ? 96 : 0);
    if (bits < 0 || bits > network.maxBits() || !network.network(bits).equals(network)) {
      return Optional.empty();
    }
    return Optional.of(new Block(network, bits));
  }

  private record Block(IpAddress network, int bits) {

    boolean contains(IpAddress address) {
      return address.isIpv4() == network.isIpv4() && address.network(bits).equals(network);
    }
  }
}
