package dev.latchkey.auth.client;

import dev.latchkey.auth.crypto.SecretText;
import java.util.Objects;
import java.util.Optional;

/**
 * What a host knows of the caller of one request. Called by applications, which make one for each
 * request. Any text can be given; nothing here throws for what a client sent.
 *
 * <p>{@code toString} leaves the device token out. Immutable, safe for concurrent use.
 *
 * @param address where the request comes from, behind trusted proxies (see {@link TrustedProxies});
 *     without one the caller shares the limits of all unknown callers
 * @param userAgent what the client calls itself, for people to read in a list of sessions; control
 *     and invisible formatting characters are removed, at most {@value #MAX_USER_AGENT} UTF-16
 *     units are kept; empty if nothing is left
 * @param deviceToken the device token that came along, not checked yet; one of more than {@value
 *     #MAX_DEVICE_TOKEN} characters is kept as a short text that is no token
 */
public record ClientInfo(
    Optional<IpAddress> address, Optional<String> userAgent, Optional<SecretText> deviceToken) {

  /** Enough to tell browsers apart, small enough to store with every session. */
  public static final int MAX_USER_AGENT = 256;

  /** Far above {@link DeviceTokens#TEXT_LENGTH}. */
  public static final int MAX_DEVICE_TOKEN = 1024;

  /** How much of a long user agent is looked at. */
  private static final int MAX_LOOKED_AT = 4 * MAX_USER_AGENT;

  private static final SecretText NO_TOKEN = SecretText.of("too long");

  private static final ClientInfo UNKNOWN =
      new ClientInfo(Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * Cleans what a client sent.
   *
   * @param address where the request comes from
   * @param userAgent what the client calls itself
   * @param deviceToken the device token that came along
   */
  public ClientInfo {
    Objects.requireNonNull(address, "address");
    userAgent = userAgent.map(ClientInfo::cleaned).filter(text -> !text.isEmpty());
    deviceToken =
        deviceToken.map(token -> token.revealText().length() > MAX_DEVICE_TOKEN ? NO_TOKEN : token);
  }

  /**
   * A caller of whom nothing is known.
   *
   * @return no address, no user agent, no device token
   */
  public static ClientInfo unknown() {
    return UNKNOWN;
  }

  /**
   * A caller of whom the address is known.
   *
   * @param ip a literal as {@link IpAddress#parse} reads it; anything else counts as unknown
   * @return the caller
   */
  public static ClientInfo of(String ip) {
    return new ClientInfo(IpAddress.parse(ip), Optional.empty(), Optional.empty());
  }

  /**
   * The same caller with a user agent.
   *
   * @param text what the client calls itself
   * @return a copy
   */
  public ClientInfo userAgent(String text) {
    return new ClientInfo(address, Optional.of(text), deviceToken);
  }

  /**
   * The same caller with a device token.
   *
   * @param text what came along as the device token
   * @return a copy
   */
  public ClientInfo deviceToken(String text) {
    return new ClientInfo(address, userAgent, Optional.of(SecretText.of(text)));
  }

  @Override
  public String toString() {
    return "ClientInfo[address=%s, userAgent=%s]"
        .formatted(address.map(IpAddress::toString).orElse("none"), userAgent.orElse("none"));
  }

  private static String cleaned(String text) {
    StringBuilder kept = new StringBuilder();
    int end = Math.min(text.length(), MAX_LOOKED_AT);
    int step;
    for (int i = 0; i < end; i += step) {
      int c = text.codePointAt(i);
      step = Character.charCount(c);
      if (kept.length() + step > MAX_USER_AGENT) {
        break;
      }
      if (isReadable(c)) {
        kept.appendCodePoint(c);
      }
    }
    return kept.toString().strip();
  }

  /** Not what breaks a line of a log, turns the direction of text or is half a character. */
  private static boolean isReadable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
