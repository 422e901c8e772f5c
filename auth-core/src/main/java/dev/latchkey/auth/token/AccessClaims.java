package dev.latchkey.auth.token;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.Role;
import dev.latchkey.auth.client.DeviceId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What an access token says (RFC 9068, section 2.2). Called by applications, which get it from a
 * verified token.
 *
 * <p>In the token: {@code iss sub aud iat nbf exp jti auth_time amr client_id device_id session_id
 * roles} and the custom claims; {@code amr} is always {@code ["otp"]} (RFC 8176). Times are whole
 * seconds; a part of a second is cut off here.
 *
 * <p>Bounds: texts have 1 to {@value #MAX_TEXT} characters without control characters; at most
 * {@value #MAX_ROLES} roles; at most {@value #MAX_CUSTOM} custom claims, named by 1 to {@value
 * #MAX_NAME} of {@code A-Z a-z 0-9 _ . : / -} and not by one of the {@link #RESERVED} names, each a
 * text of at most {@value #MAX_CUSTOM_TEXT} characters, a {@link Long} (an {@link Integer} becomes
 * one), a finite {@link Double}, a {@link Boolean} or a list of at most {@value #MAX_CUSTOM_LIST}
 * texts. A whole token has at most 8 KiB. Custom claims are readable by whoever holds the token: no
 * secrets, no addresses. Immutable.
 *
 * @param issuer who issued the token, {@code iss}
 * @param subject whose token it is, {@code sub}
 * @param audience who is to accept it, {@code aud}, a single text
 * @param issuedAt {@code iat}
 * @param notBefore {@code nbf}
 * @param expiresAt {@code exp}, after {@code issuedAt} and {@code notBefore}
 * @param tokenId unique, {@code jti}
 * @param authTime when the code was entered, {@code auth_time}
 * @param clientId the application, {@code client_id}
 * @param deviceId the device that must come along, {@code device_id}
 * @param sessionId the session, {@code session_id}
 * @param roles what the host lets the account do, {@code roles}; in order of their names
 * @param custom the host's own claims, in order of their names
 */
public record AccessClaims(
    String issuer,
    AccountId subject,
    String audience,
    Instant issuedAt,
    Instant notBefore,
    Instant expiresAt,
    String tokenId,
    Instant authTime,
    String clientId,
    DeviceId deviceId,
    String sessionId,
    Set<Role> roles,
    Map<String, Object> custom) {

  /** Longer than any URL that names an issuer or an audience should be. */
  public static final int MAX_TEXT = 512;

  /** As many as an account may have. */
  public static final int MAX_ROLES = 64;

  /** More would not fit a token that travels in a header. */
  public static final int MAX_CUSTOM = 32;

  /** Long enough for a claim that is named by a URL. */
  public static final int MAX_NAME = 64;

  /** A few of them fit a token. */
  public static final int MAX_CUSTOM_TEXT = 1024;

  /** As many as there may be roles. */
  public static final int MAX_CUSTOM_LIST = 64;

  /**
   * Names that no custom claim may have: those above, and those by which other verifiers decide
   * (RFC 7800, RFC 8693, OpenID Connect).
   */
  public static final Set<String> RESERVED =
      Set.of(
          "iss",
          "sub",
          "aud",
          "iat",
          "nbf",
          "exp",
          "jti",
          "auth_time",
          "amr",
          "client_id",
          "device_id",
          "session_id",
          "roles",
          "acr",
          "act",
          "azp",
          "cnf",
          "may_act",
          "nonce",
          "sid");

  private static final List<String> AMR = List.of("otp");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:/-]{1," + MAX_NAME + "}");

  private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

  /**
   * Checks the bounds, cuts the times to seconds and copies the collections.
   *
   * @param issuer who issued the token, {@code iss}
   * @param subject whose token it is, {@code sub}
   * @param audience who is to accept it, {@code aud}, a single text
   * @param issuedAt {@code iat}
   * @param notBefore {@code nbf}
   * @param expiresAt {@code exp}, after {@code issuedAt} and {@code notBefore}
   * @param tokenId unique, {@code jti}
   * @param authTime when the code was entered, {@code auth_time}
   * @param clientId the application, {@code client_id}
   * @param deviceId the device that must come along, {@code device_id}
   * @param sessionId the session, {@code session_id}
   * @param roles what the host lets the account do, {@code roles}; in order of their names
   * @param custom the host's own claims, in order of their names
   * @throws IllegalArgumentException if a bound is broken, naming the component
   */
  public AccessClaims {
    requireText("issuer", issuer, MAX_TEXT);
    Objects.requireNonNull(subject, "subject");
    requireText("audience", audience, MAX_TEXT);
    issuedAt = seconds("issuedAt", issuedAt);
    notBefore = seconds("notBefore", notBefore);
    expiresAt = seconds("expiresAt", expiresAt);
    authTime = seconds("authTime", authTime);
    requireText("tokenId", tokenId, MAX_TEXT);
    requireText("clientId", clientId, MAX_TEXT);
    Objects.requireNonNull(deviceId, "deviceId");
    requireText("sessionId", sessionId, MAX_TEXT);
    if (!expiresAt.isAfter(issuedAt) || !expiresAt.isAfter(notBefore)) {
      throw new IllegalArgumentException("expiresAt must be after issuedAt and notBefore");
    }
    roles = copyOfRoles(roles);
    custom = copyOfCustom(custom);
  }

  /** The members of the token, in the order in which they are written. */
  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("iss", issuer);
    json.put("sub", subject.value());
    json.put("aud", audience);
    json.put("iat", issuedAt.getEpochSecond());
    json.put("nbf", notBefore.getEpochSecond());
    json.put("exp", expiresAt.getEpochSecond());
    json.put("jti", tokenId);
    json.put("auth_time", authTime.getEpochSecond());
    json.put("amr", AMR);
    json.put("client_id", clientId);
    json.put("device_id", deviceId.value());
    json.put("session_id", sessionId);
    json.put("roles", roles.stream().map(Role::name).toList());
    json.putAll(custom);
    return json;
  }

  /** Reads {@link #toJson}; empty if a claim is missing, of another type, or out of its bounds. */
  static Optional<AccessClaims> fromJson(Map<String, Object> json) {
    try {
      Map<String, Object> rest = new LinkedHashMap<>(json);
      if (!AMR.equals(rest.remove("amr"))) {
        return Optional.empty();
      }
      return Optional.of(
          new AccessClaims(
              take(rest, "iss", String.class),
              new AccountId(take(rest, "sub", String.class)),
              take(rest, "aud", String.class),
              takeTime(rest, "iat"),
              takeTime(rest, "nbf"),
              takeTime(rest, "exp"),
              take(rest, "jti", String.class),
              takeTime(rest, "auth_time"),
              take(rest, "client_id", String.class),
              new DeviceId(take(rest, "device_id", String.class)),
              take(rest, "session_id", String.class),
              takeRoles(rest),
              rest));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static <T> T take(Map<String, Object> rest, String name, Class<T> type) {
    Object value = rest.remove(name);
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(name + " must be there and of its type");
    }
    return type.cast(value);
  }

  private static Instant takeTime(Map<String, Object> rest, String name) {
    long seconds = take(rest, name, Long.class);
    if (seconds < 0 || seconds >= YEAR_10000.getEpochSecond()) {
      throw new IllegalArgumentException(name + " must be a time of the years 1970 to 9999");
    }
    return Instant.ofEpochSecond(seconds);
  }

  private static Set<Role> takeRoles(Map<String, Object> rest) {
    List<?> names = take(rest, "roles", List.class);
    Set<Role> roles = new LinkedHashSet<>();
    for (Object name : names) {
      if (!(name instanceof String text) || !roles.add(new Role(text))) {
        throw new IllegalArgumentException("roles must be different names");
      }
    }
    return roles;
  }

  private static Set<Role> copyOfRoles(Set<Role> roles) {
    List<Role> ordered = new ArrayList<>(roles);
    if (ordered.size() > MAX_ROLES) {
      throw new IllegalArgumentException(
          "roles must be at most %d, got %d".formatted(MAX_ROLES, ordered.size()));
    }
    ordered.sort(Comparator.comparing(Role::name));
    return Collections.unmodifiableSet(new LinkedHashSet<>(ordered));
  }

  private static Map<String, Object> copyOfCustom(Map<String, Object> custom) {
    if (custom.size() > MAX_CUSTOM) {
      throw new IllegalArgumentException(
          "custom claims must be at most %d, got %d".formatted(MAX_CUSTOM, custom.size()));
    }
    Map<String, Object> copy = new TreeMap<>();
    custom.forEach(
        (name, value) -> {
          if (!NAME.matcher(name).matches() || RESERVED.contains(name)) {
            throw new IllegalArgumentException(
                "name of a custom claim must be 1 to %d of A-Z a-z 0-9 _ . : / - and not reserved"
                    .formatted(MAX_NAME));
          }
          copy.put(name, customValue(value));
        });
    return Collections.unmodifiableMap(copy);
  }

  private static Object customValue(Object value) {
    if (value instanceof String text) {
      return requireWellFormed(text);
    }
    if (value instanceof Integer number) {
      return number.longValue();
    }
    if (value instanceof Long || value instanceof Boolean) {
      return value;
    }
    if (value instanceof Double decimal && Double.isFinite(decimal)) {
      return decimal;
    }
    if (value instanceof List<?> list && list.size() <= MAX_CUSTOM_LIST) {
      List<String> texts = new ArrayList<>();
      for (Object element : list) {
        if (!(element instanceof String text)) {
          throw new IllegalArgumentException("list in a custom claim must be of texts");
        }
        texts.add(requireWellFormed(text));
      }
      return Collections.unmodifiableList(texts);
    }
    throw new IllegalArgumentException(
        "custom claim must be a text, a whole or finite number, a boolean or a list of at most %d"
                .formatted(MAX_CUSTOM_LIST)
            + " texts");
  }

  private static String requireWellFormed(String text) {
    if (text.length() > MAX_CUSTOM_TEXT || hasLoneSurrogate(text)) {
      throw new IllegalArgumentException(
          "text in a custom claim must be well-formed and at most %d characters, got %d"
              .formatted(MAX_CUSTOM_TEXT, text.length()));
    }
    return text;
  }

  static void requireText(String name, String text, int max) {
    Objects.requireNonNull(text, name);
    if (text.isEmpty()
        || text.length() > max
        || hasLoneSurrogate(text)
        || text.codePoints().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "%s must have 1 to %d characters without control characters, got %d"
              .formatted(name, max, text.length()));
    }
  }

  private static boolean hasLoneSurrogate(String text) {
    return text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE);
  }

  private static Instant seconds(String name, Instant time) {
    Objects.requireNonNull(time, name);
    if (time.isBefore(Instant.EPOCH) || !time.isBefore(YEAR_10000)) {
      throw new IllegalArgumentException(name + " must lie in the years 1970 to 9999");
    }
    return time.truncatedTo(ChronoUnit.SECONDS);
  }
}
