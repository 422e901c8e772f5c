package dev.latchkey.auth.jdbc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.key.Keys;
import dev.latchkey.auth.key.RotationPolicy;
import dev.latchkey.auth.testkit.MutableClock;
import java.security.interfaces.RSAPrivateCrtKey;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What somebody learns who gets a dump of the database after a whole life of an account. */
final class DumpTest {
  /** Of a key or a token: so many bytes are nowhere by chance. */
  private static final int TELLING_BYTES = 12;

  /** A value of the database, both as it is and as text. */
  private record Value(String table, String column, String content) {}

  @ParameterizedTest
  @EnumSource
  void dump_holdsNothingThatOpensAnything(TestDatabase database) throws Exception {
    try (Keyspace keyspace = database.freshKeyspace()) {
      MutableClock clock = MutableClock.create();
      JdbcStores stores =
          TestStores.on(keyspace).deadline(TestStores.LONG).acceptAnyClock(clock).build();
      Life life = Life.on(stores, clock);
      List<Value> dump = dump(keyspace);

      assertThat(dump.stream().map(Value::table).distinct())
          .as("every table has rows")
          .containsExactlyInAnyOrderElementsOf(keyspace.tables());
      noCode(dump, life);
      noToken(dump, life);
      noKey(dump, keys(stores, life, clock));
      addressesOnlyWhereTheyBelong(dump);
    }
  }

  /** What is looked for is found where it is. */
  @ParameterizedTest
  @EnumSource
  void secretThatIsKept_isFound_inEveryEncoding(TestDatabase database) throws Exception {
    byte[] key = SecureBytes.system().next(32);
    try (Keyspace keyspace = database.freshKeyspace()) {
      for (String encoded : encodings(key).values()) {
        Value planted = new Value("rate_limits", "admissions", "x" + encoded + "y");
        assertThat(holding(List.of(planted), key)).hasSize(1);
      }
      try (Connection connection = keyspace.dataSource().getConnection();
          var insert =
              connection.prepareStatement(
                  "insert into %s (subject, admissions, keep_until) values (?, ?, ?)"
                      .formatted(keyspace.qualified("rate_limits")))) {
        insert.setString(1, Base64.getUrlEncoder().encodeToString(key));
        insert.setBytes(2, key);
        insert.setObject(3, database.dialect().times().toColumn(Instant.EPOCH));
        insert.executeUpdate();
      }
      assertThat(holding(dump(keyspace), key))
          .extracting(Value::column)
          .containsExactlyInAnyOrder("subject", "admissions");
    }
  }

  private static void noCode(List<Value> dump, Life life) {
    assertThat(life.codes()).hasSizeGreaterThan(4);
    for (String code : life.codes()) {
      // Not within a longer number, where chance can put it; nor in bytes, where it often is.
      Pattern alone = Pattern.compile("(?<![0-9A-Za-z_.-])" + code + "(?![0-9A-Za-z_-])");
      assertThat(dump).as("a code").noneMatch(value -> alone.matcher(value.content()).find());
    }
  }

  private static void noToken(List<Value> dump, Life life) {
    assertThat(life.tokens()).hasSizeGreaterThan(15);
    for (String token : life.tokens()) {
      for (String part : token.split("\\.", -1)) {
        byte[] bytes = Base64.getUrlDecoder().decode(part);
        if (token.equals(part) && bytes.length <= 2 * TELLING_BYTES) {
          // The name of a challenge, which opens nothing without its code.
          continue;
        }
        byte[] end = Arrays.copyOfRange(bytes, Math.max(0, bytes.length - 16), bytes.length);
        assertThat(holding(dump, end)).as("the end of a part of a token").isEmpty();
      }
    }
  }

  private static void noKey(List<Value> dump, Map<String, byte[]> keys) {
    keys.forEach((name, key) -> assertThat(holding(dump, key)).as(name).isEmpty());
  }

  private static void addressesOnlyWhereTheyBelong(List<Value> dump) {
    List<Value> found =
        dump.stream()
            .filter(
                value ->
                    Stream.of(Life.LOCAL_PART, Life.DOMAIN)
                        .anyMatch(
                            part ->
                                value.content().toLowerCase(Locale.ROOT).contains(part)
                                    || encodings(part.getBytes(UTF_8)).values().stream()
                                        .anyMatch(value.content()::contains)))
            .toList();
    assertThat(found)
        .extracting(value -> value.table() + "." + value.column())
        .containsExactlyInAnyOrder("users.email", "barred_emails.email");
  }

  /** All that the ring keeps sealed, opened. */
  private static Map<String, byte[]> keys(JdbcStores stores, Life life, MutableClock clock) {
    Keys ring =
        Keys.open(
            stores.keys(),
            Life.ISSUER,
            life.secret(),
            RotationPolicy.defaults(),
            Duration.ofMinutes(15),
            clock,
            SecureBytes.system(),
            change -> {});
    Map<String, byte[]> keys = new LinkedHashMap<>();
    for (SecretBytes secret : life.secret().revealAll()) {
      keys.put("the master secret", secret.revealBytes());
    }
    keys.put("the identity key", ring.identityKey().revealBytes());
    for (Purpose purpose : Purpose.values()) {
      keys.put("the key for " + purpose, ring.current(purpose).key().revealBytes());
    }
    RSAPrivateCrtKey signing = (RSAPrivateCrtKey) ring.signingKey().revealPrivateKey();
    keys.put("the signing key", middle(signing.getPrivateExponent().toByteArray()));
    keys.put("a prime of the signing key", middle(signing.getPrimeP().toByteArray()));
    keys.put("the other prime", middle(signing.getPrimeQ().toByteArray()));
    return keys;
  }

  /** Its ends look otherwise in an encoding that begins elsewhere. */
  private static byte[] middle(byte[] number) {
    return Arrays.copyOfRange(number, 16, 64);
  }

  private static List<Value> holding(List<Value> dump, byte[] secret) {
    List<String> encodings = List.copyOf(encodings(secret).values());
    return dump.stream()
        .filter(value -> encodings.stream().anyMatch(value.content()::contains))
        .toList();
  }

  /** As bytes, in hexadecimal, and in both kinds of Base64 wherever in a longer text it begins. */
  private static Map<String, String> encodings(byte[] secret) {
    Map<String, String> encodings = new TreeMap<>();
    encodings.put("bytes", new String(secret, ISO_8859_1));
    encodings.put("hex", HexFormat.of().formatHex(secret));
    encodings.put("HEX", HexFormat.of().withUpperCase().formatHex(secret));
    for (int shift = 0; shift < 3; shift++) {
      byte[] rest = Arrays.copyOfRange(secret, shift, secret.length - (secret.length - shift) % 3);
      encodings.put("base64 " + shift, Base64.getEncoder().encodeToString(rest));
      encodings.put("base64url " + shift, Base64.getUrlEncoder().encodeToString(rest));
    }
    return encodings;
  }

  private static List<Value> dump(Keyspace keyspace) throws SQLException {
    List<Value> values = new ArrayList<>();
    try (Connection connection = keyspace.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String table : keyspace.tables()) {
        try (ResultSet rows =
            statement.executeQuery("select * from " + keyspace.qualified(table))) {
          ResultSetMetaData columns = rows.getMetaData();
          while (rows.next()) {
            for (int column = 1; column <= columns.getColumnCount(); column++) {
              String name = columns.getColumnLabel(column).toLowerCase(Locale.ROOT);
              values.add(new Value(table, name, content(rows, column)));
            }
          }
        }
      }
    }
    return values;
  }

  /** A character a byte, where it is bytes. */
  private static String content(ResultSet rows, int column) throws SQLException {
    int type = rows.getMetaData().getColumnType(column);
    if (type == Types.BINARY || type == Types.VARBINARY || type == Types.LONGVARBINARY) {
      byte[] bytes = rows.getBytes(column);
      return bytes == null ? "" : new String(bytes, ISO_8859_1);
    }
    return String.valueOf(rows.getString(column));
  }
}
