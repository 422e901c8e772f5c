package dev.latchkey.auth.client;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address in the one form in which it is counted. Called by applications.
 *
 * <p>Guarantees: only literals are read, a name is never looked up; every spelling of one address
 * is one value; {@code ::ffff:192.0.2.1} is {@code 192.0.2.1} (RFC 4291, section 2.5.5.2). Text is
 * in the canonical form of RFC 5952. Immutable, safe for concurrent use.
 *
 * <p>Accepted: four decimal numbers without leading zeros (elsewhere those mean octal), or IPv6 by
 * RFC 4291, section 2.2, in brackets or without; a zone id such as {@code %eth0} is dropped, since
 * it names an interface of this machine and not the caller. Refused: everything else, ports too.
 */
public final class IpAddress {

  private static final int V4_BYTES = 4;
  private static final int V6_BYTES = 16;

  /** The longest IPv6 literal (45), brackets, a zone of 32. */
  private static final int MAX_LENGTH = 80;

  private static final Pattern ZONE = Pattern.compile("%[A-Za-z0-9._~-]{1,32}\\z");
  private static final Pattern BRACKETS = Pattern.compile("\\[([^\\[\\]]*:[^\\[\\]]*)\\]");
  private static final Pattern PORT = Pattern.compile("([0-9.]+|\\[[^\\[\\]]*\\]):[0-9]{1,5}");

  private final byte[] bytes;

  private IpAddress(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads a literal. Never throws, whatever the text, and never asks the network.
   *
   * @param text such as {@code 192.0.2.1}, {@code 2001:db8::1} or {@code [2001:db8::1]}
   * @return the address, or empty if this is none
   */
  public static Optional<IpAddress> parse(String text) {
    Objects.requireNonNull(text, "text");
    if (text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    Matcher brackets = BRACKETS.matcher(text);
    String bare = brackets.matches() ? brackets.group(1) : text;
    Optional<byte[]> bytes =
        bare.indexOf(':') < 0 ? v4(bare) : v6(ZONE.matcher(bare).replaceFirst(""));
    return bytes.map(IpAddress::folded);
  }

  /** Reads what {@code X-Forwarded-For} may hold: a literal, or one with a port behind it. */
  static Optional<IpAddress> parseWithPort(String text) {
    if (text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    Matcher port = PORT.matcher(text);
    return parse(port.matches() ? port.group(1) : text);
  }

  /**
   * The address in network order.
   *
   * @return a fresh copy of 4 or 16 bytes
   */
  public byte[] bytes() {
    return bytes.clone();
  }

  /**
   * Which family.
   *
   * @return true for IPv4, IPv4-mapped IPv6 included
   */
  public boolean isIpv4() {
    return bytes.length == V4_BYTES;
  }

  /**
   * Whether this is the machine itself.
   *
   * @return true for 127.0.0.0/8 and ::1
   */
  public boolean isLoopback() {
    if (isIpv4()) {
      return bytes[0] == 127;
    }
    byte[] loopback = new byte[V6_BYTES];
    loopback[V6_BYTES - 1] = 1;
    return Arrays.equals(bytes, loopback);
  }

  /**
   * The block that this address is in.
   *
   * @param bits length of the prefix: 0 to 32 for IPv4, 0 to 128 for IPv6
   * @return canonical text such as {@code 2001:db8::/64} or {@code 192.0.2.1/32}
   * @throws IllegalArgumentException if the length is out of bounds
   */
  public String prefix(int bits) {
    return network(bits) + "/" + bits;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IpAddress that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The canonical text. */
  @Override
  public String toString() {
    return isIpv4() ? dotted() : colons();
  }

  int maxBits() {
    return 8 * bytes.length;
  }

  /** This address with all bits behind the prefix cleared. */
  IpAddress network(int bits) {
    if (bits < 0 || bits > maxBits()) {
      throw new IllegalArgumentException("bits must be 0 to %d, got %d".formatted(maxBits(), bits));
    }
    byte[] network = bytes.clone();
    for (int i = 0; i < network.length; i++) {
      int kept = Math.max(0, Math.min(8, bits - 8 * i));
      network[i] &= (byte) (0xff << (8 - kept));
    }
    return new IpAddress(network);
  }

  private static IpAddress folded(byte[] bytes) {
    if (bytes.length == V6_BYTES) {
      byte[] mapped = new byte[V6_BYTES];
      mapped[10] = mapped[11] = (byte) 0xff;
      System.arraycopy(bytes, 12, mapped, 12, V4_BYTES);
      if (Arrays.equals(bytes, mapped)) {
        return new IpAddress(Arrays.copyOfRange(bytes, 12, V6_BYTES));
      }
    }
    return new IpAddress(bytes);
  }

  private static Optional<byte[]> v4(String text) {
    String[] numbers = text.split("\\.", -1);
    if (numbers.length != V4_BYTES) {
      return Optional.empty();
    }
    byte[] bytes = new byte[V4_BYTES];
    for (int i = 0; i < V4_BYTES; i++) {
      int value = number(numbers[i], 10, 3);
      boolean leadingZero = numbers[i].length() > 1 && numbers[i].charAt(0) == '0';
      if (value < 0 || value > 255 || leadingZero) {
        return Optional.empty();
      }
      bytes[i] = (byte) value;
    }
    return Optional.of(bytes);
  }

  private static Optional<byte[]> v6(String text) {
    byte[] read = new byte[V6_BYTES];
    int count = 0;
    int gap = -1;
    int at = 0;
    if (text.startsWith("::")) {
      gap = 0;
      at = 2;
    }
    while (at < text.length()) {
      int colon = text.indexOf(':', at);
      int end = colon < 0 ? text.length() : colon;
      String group = text.substring(at, end);
      if (colon < 0 && group.indexOf('.') >= 0) {
        Optional<byte[]> tail = v4(group);
        if (tail.isEmpty() || count > V6_BYTES - V4_BYTES) {
          return Optional.empty();
        }
        System.arraycopy(tail.get(), 0, read, count, V4_BYTES);
        count += V4_BYTES;
        break;
      }
      int value = number(group, 16, 4);
      if (value < 0 || count > V6_BYTES - 2) {
        return Optional.empty();
      }
      read[count++] = (byte) (value >>> 8);
      read[count++] = (byte) value;
      if (colon < 0) {
        break;
      }
      at = colon + 1;
      if (at == text.length()) {
        return Optional.empty(); // ends in a single colon
      }
      if (text.charAt(at) == ':') {
        if (gap >= 0) {
          return Optional.empty();
        }
        gap = count;
        at++;
      }
    }
    return spread(read, count, gap);
  }

  /** Puts the zeros in where {@code ::} stood; it stands for one group at least. */
  private static Optional<byte[]> spread(byte[] read, int count, int gap) {
    if (gap < 0) {
      return count == V6_BYTES ? Optional.of(read) : Optional.empty();
    }
    if (count > V6_BYTES - 2) {
      return Optional.empty();
    }
    byte[] bytes = new byte[V6_BYTES];
    int behind = count - gap;
    System.arraycopy(read, 0, bytes, 0, gap);
    System.arraycopy(read, gap, bytes, V6_BYTES - behind, behind);
    return Optional.of(bytes);
  }

  /** The value of 1 to {@code maxDigits} ASCII digits, or −1. */
  private static int number(String digits, int radix, int maxDigits) {
    if (digits.isEmpty() || digits.length() > maxDigits) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        return -1;
      }
      value = radix * value + digit;
    }
    return value;
  }

  private String dotted() {
    return (bytes[0] & 0xff)
        + "."
        + (bytes[1] & 0xff)
        + "."
        + (bytes[2] & 0xff)
        + "."
        + (bytes[3] & 0xff);
  }

  /** RFC 5952, section 4: lower case, no leading zeros, the first longest run of zeros as ::. */
  private String colons() {
    int[] groups = new int[8];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
    }
    int runStart = -1;
    int runLength = 1;
    for (int i = 0; i < groups.length; i++) {
      int end = i;
      while (end < groups.length && groups[end] == 0) {
        end++;
      }
      if (end - i > runLength) {
        runStart = i;
        runLength = end - i;
      }
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < groups.length; i++) {
      if (i == runStart) {
        text.append("::");
        i += runLength - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
