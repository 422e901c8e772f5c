package dev.latchkey.auth.examples;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.client.TrustedProxies;
import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.crypto.SecretText;
import dev.latchkey.auth.redis.RedisStores;
import dev.latchkey.auth.session.Revocation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an operator can choose by environment variables. Called by {@link ExampleServer} and by
 * tests, which give a map in place of the environment.
 *
 * <p>A variable that is missing or blank has its default. Immutable; {@code toString} shows neither
 * the secret, nor where a store is, nor a whole address.
 *
 * @param port {@code PORT}: where to listen on loopback; 0 takes a free port
 * @param store {@code LATCHKEY_STORE} and {@code LATCHKEY_LIMITS}: where everything is kept
 * @param secret {@code LATCHKEY_SECRET}: the master secret; empty to make one at start, which only
 *     {@code memory} allows
 * @param issuer {@code LATCHKEY_ISSUER}: who issues the tokens; empty for {@code
 *     http://localhost:PORT}
 * @param audience {@code LATCHKEY_AUDIENCE}: who the tokens are for
 * @param trustedProxies {@code LATCHKEY_TRUSTED_PROXIES}: whose {@code X-Forwarded-For} counts
 * @param retryWindow {@code LATCHKEY_RETRY_WINDOW}: how long a refresh may be tried again
 * @param revocation {@code LATCHKEY_REVOCATION}: whether every call asks the store
 * @param barred {@code LATCHKEY_BARRED}: addresses for which no code works
 * @param clockOffset {@code LATCHKEY_CLOCK_OFFSET}: how far the server's clock is ahead of the
 *     machine's
 * @param ignored variables that look like settings and are none
 */
public record Settings(
    int port,
    StorePlace store,
    Optional<MasterSecret> secret,
    Optional<String> issuer,
    String audience,
    TrustedProxies trustedProxies,
    Duration retryWindow,
    Revocation revocation,
    List<EmailAddress> barred,
    Duration clockOffset,
    List<String> ignored) {
  static final int DEFAULT_PORT = 8080;
  static final String DEFAULT_AUDIENCE = "latchkey-example";

  /** What the session policy allows. */
  static final int MAX_RETRY_WINDOW = 60;

  /** Ten years, far past the last thing that Latchkey remembers. */
  static final int MAX_CLOCK_OFFSET = 3650 * 86_400;

  private static final String PREFIX = "LATCHKEY_";
  private static final Set<String> KNOWN =
      Set.of(
          "LATCHKEY_STORE",
          "LATCHKEY_LIMITS",
          "LATCHKEY_SECRET",
          "LATCHKEY_MAIL",
          "LATCHKEY_ISSUER",
          "LATCHKEY_AUDIENCE",
          "LATCHKEY_TRUSTED_PROXIES",
          "LATCHKEY_RETRY_WINDOW",
          "LATCHKEY_BARRED",
          "LATCHKEY_REVOCATION",
          "LATCHKEY_CLOCK_OFFSET");
  private static final String A_REDIS =
      "redis://, rediss://, redis-sentinel:// or redis-cluster:// and an address";
  private static final String A_DATABASE =
      "jdbc:postgresql:, jdbc:mariadb: or jdbc:h2: and an address with user and password among its"
          + " options";
  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,10}");
  private static final int MAX_NAME = 512;

  /**
   * Reads the settings.
   *
   * @param environment names and values, as {@link System#getenv()} gives them
   * @return the settings
   * @throws RefusedSettingException at the first value that can not be used, naming the variable
   *     and the rule and never the value
   */
  public static Settings of(Map<String, String> environment) {
    Variables variables = new Variables(environment);
    variables.only("LATCHKEY_MAIL", "inbox");
    StorePlace store =
        store(variables.text("LATCHKEY_STORE").orElse("memory"), variables.text("LATCHKEY_LIMITS"));
    return new Settings(
        variables.number("PORT", DEFAULT_PORT, 0, 65_535),
        store,
        secret(variables.text("LATCHKEY_SECRET"), store.isShared()),
        variables.name("LATCHKEY_ISSUER"),
        variables.name("LATCHKEY_AUDIENCE").orElse(DEFAULT_AUDIENCE),
        trusted(variables.list("LATCHKEY_TRUSTED_PROXIES")),
        Duration.ofSeconds(variables.number("LATCHKEY_RETRY_WINDOW", 0, 0, MAX_RETRY_WINDOW)),
        revocation(variables.text("LATCHKEY_REVOCATION").orElse("strict"), store.isShared()),
        addresses(variables.list("LATCHKEY_BARRED")),
        Duration.ofSeconds(
            variables.number("LATCHKEY_CLOCK_OFFSET", 0, -MAX_CLOCK_OFFSET, MAX_CLOCK_OFFSET)),
        ignored(environment.keySet()));
  }

  private static List<String> ignored(Set<String> names) {
    return names.stream()
        .filter(name -> name.startsWith(PREFIX) && !KNOWN.contains(name))
        .sorted()
        .toList();
  }

  private static StorePlace store(String text, Optional<String> limits) {
    StorePlace all = store(text);
    if (limits.isEmpty()) {
      return all;
    }
    if (!all.isShared()) {
      throw new RefusedSettingException(
          "LATCHKEY_LIMITS", "must not be set unless LATCHKEY_STORE names a Redis or a database");
    }
    return new StorePlace.Mixed(all, redis("LATCHKEY_LIMITS", limits.get(), "must be " + A_REDIS));
  }

  private static StorePlace store(String text) {
    if (text.equals("memory")) {
      return new StorePlace.Memory();
    }
    String rule = "must be \"memory\", or " + A_REDIS + ", or " + A_DATABASE;
    return text.startsWith("jdbc:")
        ? database("LATCHKEY_STORE", text, rule)
        : redis("LATCHKEY_STORE", text, rule);
  }

  private static StorePlace.Redis redis(String variable, String address, String rule) {
    try {
      RedisStores.builder(address);
      return new StorePlace.Redis(SecretText.of(address));
    } catch (IllegalArgumentException e) {
      throw new RefusedSettingException(variable, rule);
    }
  }

  private static StorePlace.Jdbc database(String variable, String url, String rule) {
    try {
      return new StorePlace.Jdbc(Database.parse(url));
    } catch (IllegalArgumentException e) {
      throw new RefusedSettingException(variable, rule);
    }
  }

  private static Revocation revocation(String text, boolean hasFeed) {
    if (text.equals("strict")) {
      return Revocation.strict();
    }
    if (text.equals("replica") && hasFeed) {
      return Revocation.replica();
    }
    throw new RefusedSettingException(
        "LATCHKEY_REVOCATION", "must be \"strict\" or, unless the store is in memory, \"replica\"");
  }

  private static Optional<MasterSecret> secret(Optional<String> text, boolean isShared) {
    if (text.isEmpty() && isShared) {
      throw new RefusedSettingException(
          "LATCHKEY_SECRET",
          "must be set with any store but memory: what one secret sealed no other opens");
    }
    return text.map(Settings::secret);
  }

  private static MasterSecret secret(String text) {
    try {
      return MasterSecret.ofText(text);
    } catch (IllegalArgumentException e) {
      // Its message names the rule and never the value.
      throw new RefusedSettingException("LATCHKEY_SECRET", "can not be used: " + e.getMessage());
    }
  }

  private static TrustedProxies trusted(List<String> blocks) {
    if (blocks.isEmpty()) {
      return TrustedProxies.none();
    }
    try {
      return TrustedProxies.of(blocks.toArray(String[]::new));
    } catch (IllegalArgumentException e) {
      throw new RefusedSettingException(
          "LATCHKEY_TRUSTED_PROXIES",
          "must be a comma-separated list of IP addresses and CIDR blocks without host bits");
    }
  }

  private static List<EmailAddress> addresses(List<String> texts) {
    return texts.stream()
        .map(
            text ->
                EmailAddress.parse(text)
                    .orElseThrow(
                        () ->
                            new RefusedSettingException(
                                "LATCHKEY_BARRED",
                                "must be a comma-separated list of e-mail addresses")))
        .toList();
  }

  /** The variables that are set; a blank one counts as missing. */
  private record Variables(Map<String, String> environment) {
    Optional<String> text(String name) {
      return Optional.ofNullable(environment.get(name))
          .map(String::strip)
          .filter(value -> !value.isEmpty());
    }

    void only(String name, String served) {
      if (!text(name).orElse(served).equals(served)) {
        throw new RefusedSettingException(
            name, "can only be \"" + served + "\" in this version, so the server does not start");
      }
    }

    Optional<String> name(String name) {
      Optional<String> text = text(name);
      if (text.isPresent() && text.get().length() > MAX_NAME) {
        throw new RefusedSettingException(name, "must have at most " + MAX_NAME + " characters");
      }
      return text;
    }

    int number(String name, int missing, int least, int most) {
      Optional<String> text = text(name);
      if (text.isEmpty()) {
        return missing;
      }
      if (WHOLE_NUMBER.matcher(text.get()).matches()) {
        long number = Long.parseLong(text.get());
        if (number >= least && number <= most) {
          return (int) number;
        }
      }
      throw new RefusedSettingException(
          name, "must be a whole number from " + least + " to " + most);
    }

    List<String> list(String name) {
      return text(name).stream()
          .flatMap(text -> Arrays.stream(text.split(",", -1)))
          .map(String::strip)
          .toList();
    }
  }
}
