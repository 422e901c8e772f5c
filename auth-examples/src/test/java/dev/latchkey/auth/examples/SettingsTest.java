package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.client.IpAddress;
import dev.latchkey.auth.session.Revocation;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @Test
  void withoutAnyVariable_everythingHasItsDefault() {
    Settings settings = Settings.of(Map.of());

    assertThat(settings.port()).isEqualTo(8080);
    assertThat(settings.secret()).isEmpty();
    assertThat(settings.issuer()).isEmpty();
    assertThat(settings.audience()).isEqualTo("latchkey-example");
    assertThat(settings.trustedProxies().trusts(IpAddress.parse("127.0.0.1").orElseThrow()))
        .isFalse();
    assertThat(settings.store()).isEqualTo(new StorePlace.Memory());
    assertThat(settings.retryWindow()).isZero();
    assertThat(settings.revocation()).isEqualTo(Revocation.strict());
    assertThat(settings.barred()).isEmpty();
    assertThat(settings.clockOffset()).isZero();
    assertThat(settings.ignored()).isEmpty();
  }

  @Test
  void blankVariable_countsAsMissing() {
    Settings settings =
        Settings.of(
            Map.of(
                "PORT", "", "LATCHKEY_STORE", " ", "LATCHKEY_SECRET", "", "LATCHKEY_BARRED", ""));

    assertThat(settings).isEqualTo(Settings.of(Map.of()));
  }

  @Test
  void everyVariable_isRead() {
    Settings settings =
        Settings.of(
            Map.of(
                "PORT", "0",
                "LATCHKEY_STORE", "memory",
                "LATCHKEY_SECRET", "x".repeat(32),
                "LATCHKEY_MAIL", "inbox",
                "LATCHKEY_ISSUER", "https://shop.example",
                "LATCHKEY_AUDIENCE", "shop",
                "LATCHKEY_TRUSTED_PROXIES", "10.0.0.0/8, ::1",
                "LATCHKEY_RETRY_WINDOW", "10",
                "LATCHKEY_BARRED", "Eve@example.com, bob@example.com",
                "LATCHKEY_REVOCATION", "strict"));

    assertThat(settings.port()).isZero();
    assertThat(settings.secret()).isPresent();
    assertThat(settings.issuer()).contains("https://shop.example");
    assertThat(settings.audience()).isEqualTo("shop");
    assertThat(settings.trustedProxies().trusts(IpAddress.parse("10.1.2.3").orElseThrow()))
        .isTrue();
    assertThat(settings.retryWindow()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.barred())
        .extracting(EmailAddress::identity)
        .containsExactly("eve@example.com", "bob@example.com");
    assertThat(settings.ignored()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://localhost",
        "redis://user:password@localhost:6380/3",
        "rediss://localhost",
        "redis-sentinel://one:26379,two:26379#primary",
        "redis-cluster://one:7000,two:7000"
      })
  void redis_isAStore_andAllowsAReplica(String address) {
    Settings settings =
        Settings.of(
            Map.of(
                "LATCHKEY_STORE",
                address,
                "LATCHKEY_SECRET",
                "x".repeat(32),
                "LATCHKEY_REVOCATION",
                "replica"));

    assertThat(settings.store())
        .isInstanceOfSatisfying(
            StorePlace.Redis.class,
            redis -> assertThat(redis.address().revealText()).isEqualTo(address));
    assertThat(settings.revocation()).isEqualTo(Revocation.replica());
    assertThat(settings.toString()).doesNotContain("://");
  }

  @Test
  void replica_ofAStoreInMemory_isRefused() {
    assertThatThrownBy(() -> Settings.of(Map.of("LATCHKEY_REVOCATION", "replica")))
        .isInstanceOf(RefusedSettingException.class)
        .hasMessageStartingWith("LATCHKEY_REVOCATION must be");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://localhost/auth?user=latchkey&password=hunter2",
        "jdbc:mariadb://localhost:3306/auth?user=latchkey&password=hunter2",
        "jdbc:h2:file:./latchkey;USER=sa;PASSWORD=hunter2"
      })
  void database_isAStore_andAllowsAReplica(String url) {
    Settings settings =
        Settings.of(
            Map.of(
                "LATCHKEY_STORE",
                url,
                "LATCHKEY_SECRET",
                "x".repeat(32),
                "LATCHKEY_REVOCATION",
                "replica"));

    assertThat(settings.store()).isInstanceOf(StorePlace.Jdbc.class);
    assertThat(settings.revocation()).isEqualTo(Revocation.replica());
    assertThat(settings.toString()).doesNotContain("jdbc:").doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdbc:h2:mem:x", "redis://localhost"})
  void limits_canHaveARedisOfTheirOwn(String store) {
    Settings settings =
        Settings.of(
            Map.of(
                "LATCHKEY_STORE",
                store,
                "LATCHKEY_LIMITS",
                "redis://:hunter2@localhost",
                "LATCHKEY_SECRET",
                "x".repeat(32)));

    assertThat(settings.store()).isInstanceOf(StorePlace.Mixed.class);
    assertThat(settings.ignored()).isEmpty();
    assertThat(settings.toString()).doesNotContain("://").doesNotContain("hunter2");
  }

  @Test
  void limitsOfAStoreInMemory_areRefused() {
    assertThatThrownBy(() -> Settings.of(Map.of("LATCHKEY_LIMITS", "redis://localhost")))
        .isInstanceOf(RefusedSettingException.class)
        .hasMessageStartingWith("LATCHKEY_LIMITS must not be set");
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "jdbc:h2:mem:hunter2", "redis://"})
  void limitsInAnythingButARedis_areRefused(String limits) {
    assertThatThrownBy(
            () ->
                Settings.of(
                    Map.of("LATCHKEY_STORE", "redis://localhost", "LATCHKEY_LIMITS", limits)))
        .isInstanceOf(RefusedSettingException.class)
        .hasMessageStartingWith("LATCHKEY_LIMITS must be redis://")
        .hasMessageNotContaining("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"redis://", "jdbc:", "jdbc:postgresql:", "jdbc:mariadb:?user=x", "jdbc:h2:;X=1"})
  void store_withoutAnAddress_isRefused(String store) {
    assertThatThrownBy(() -> Settings.of(Map.of("LATCHKEY_STORE", store)))
        .isInstanceOf(RefusedSettingException.class)
        .hasMessageStartingWith("LATCHKEY_STORE must be");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://localhost",
        "jdbc:postgresql://localhost/x",
        "jdbc:mariadb://localhost/x",
        "jdbc:h2:file:./x",
        "jdbc:h2:mem:x"
      })
  void storeThatOthersMayShare_withoutASecret_isRefused(String store) {
    assertThatThrownBy(() -> Settings.of(Map.of("LATCHKEY_STORE", store)))
        .isInstanceOf(RefusedSettingException.class)
        .hasMessageStartingWith("LATCHKEY_SECRET must be set")
        .hasMessageContaining("what one secret sealed no other opens");
  }

  @Test
  void clockOffset_canBeNegative() {
    assertThat(Settings.of(Map.of("LATCHKEY_CLOCK_OFFSET", "-3600")).clockOffset())
        .isEqualTo(Duration.ofHours(-1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PORT|65536",
        "PORT|-1",
        "PORT|http",
        "PORT|80.5",
        "PORT|\u0661\u0662",
        "PORT|99999999999999999999",
        "LATCHKEY_STORE|localhost:6379",
        "LATCHKEY_STORE|http://localhost",
        "LATCHKEY_STORE|jdbc:x://localhost/x",
        "LATCHKEY_STORE|jdbc:mysql://localhost/x",
        "LATCHKEY_STORE|jdbc:postgresql://user:hunter2@localhost/x",
        "LATCHKEY_STORE|jdbc:mariadb://user:hunter2@localhost/x?user=x",
        "LATCHKEY_STORE|Memory",
        "LATCHKEY_MAIL|smtp://localhost",
        "LATCHKEY_MAIL|sendgrid",
        "LATCHKEY_REVOCATION|Replica",
        "LATCHKEY_REVOCATION|Strict",
        "LATCHKEY_SECRET|too-short",
        "LATCHKEY_TRUSTED_PROXIES|10.0.0.1/8",
        "LATCHKEY_TRUSTED_PROXIES|localhost",
        "LATCHKEY_TRUSTED_PROXIES|10.0.0.0/8,",
        "LATCHKEY_RETRY_WINDOW|61",
        "LATCHKEY_RETRY_WINDOW|-1",
        "LATCHKEY_RETRY_WINDOW|10s",
        "LATCHKEY_BARRED|nobody",
        "LATCHKEY_BARRED|ada@example.com;eve@example.com",
        "LATCHKEY_CLOCK_OFFSET|1h",
        "LATCHKEY_CLOCK_OFFSET|315360001",
      })
  void unusableValue_isRefused_inOneSentenceThatDoesNotRepeatIt(String name, String value) {
    assertThatThrownBy(() -> Settings.of(Map.of(name, value)))
        .isInstanceOf(RefusedSettingException.class)
        .hasMessageStartingWith(name + " ")
        .hasMessageEndingWith(".")
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining(value);
  }

  @Test
  void audienceOfMoreThan512Characters_isRefused() {
    Settings.of(Map.of("LATCHKEY_AUDIENCE", "x".repeat(512)));
    assertThatThrownBy(() -> Settings.of(Map.of("LATCHKEY_AUDIENCE", "x".repeat(513))))
        .isInstanceOf(RefusedSettingException.class);
  }

  @Test
  void unknownVariable_isToldOf_andOthersAreNot() {
    Settings settings = Settings.of(Map.of("LATCHKEY_BARED", "x", "PATH", "y"));

    assertThat(settings.ignored()).containsExactly("LATCHKEY_BARED");
  }

  @Test
  void toString_showsNeitherSecretNorAddress() {
    String secret = "s3cr3t".repeat(6);
    Settings settings =
        Settings.of(Map.of("LATCHKEY_SECRET", secret, "LATCHKEY_BARRED", "eve@example.com"));

    assertThat(settings.toString()).doesNotContain(secret).doesNotContain("eve@");
  }
}
