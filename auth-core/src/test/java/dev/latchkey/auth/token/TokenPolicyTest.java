package dev.latchkey.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.EmailAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class TokenPolicyTest {
  private static final TokenPolicy STANDARD = TokenPolicy.standard("https://shop.example", "shop");
  private static final Account ADA =
      new Account(
          new AccountId("acc-1"), EmailAddress.parse("ada@example.com").orElseThrow(), Set.of());

  @Test
  void standard_is15MinutesHalfAMinuteAnd400Days_withoutClaimsOfTheHosts() {
    TokenPolicy standard = TokenPolicy.standard("https://shop.example", "shop");

    assertThat(standard.issuer()).isEqualTo("https://shop.example");
    assertThat(standard.audience()).isEqualTo("shop");
    assertThat(standard.clientId()).isEqualTo("shop");
    assertThat(standard.accessLifetime()).hasMinutes(15);
    assertThat(standard.leeway()).hasSeconds(30);
    assertThat(standard.deviceLifetime()).hasDays(400);
    assertThat(standard.customClaims().apply(ADA)).isEmpty();
    assertThat(standard.afterlife()).as("leeway and the skew of stores").hasSeconds(32);
  }

  @Test
  void eachNumber_canBeChangedAlone() {
    Map<String, Object> claims = Map.of("shop", 7L);

    assertThat(STANDARD.clientId("web").accessLifetime(Duration.ofMinutes(5)))
        .usingRecursiveComparison()
        .ignoringFields("clientId", "accessLifetime", "customClaims")
        .isEqualTo(STANDARD);
    TokenPolicy changed =
        STANDARD
            .clientId("web")
            .accessLifetime(Duration.ofMinutes(5))
            .leeway(Duration.ofSeconds(1))
            .deviceLifetime(Duration.ofDays(2))
            .customClaims(account -> claims);
    assertThat(changed.issuer()).isEqualTo("https://shop.example");
    assertThat(changed.audience()).isEqualTo("shop");
    assertThat(changed.clientId()).isEqualTo("web");
    assertThat(changed.accessLifetime()).hasMinutes(5);
    assertThat(changed.leeway()).hasSeconds(1);
    assertThat(changed.deviceLifetime()).hasDays(2);
    assertThat(changed.customClaims().apply(ADA)).isEqualTo(claims);
    assertThat(changed.leeway(Duration.ofSeconds(2)).customClaims().apply(ADA)).isEqualTo(claims);
  }

  @Test
  void bounds_areChecked() {
    assertBounds(
        "accessLifetime", Duration.ofMinutes(1), Duration.ofHours(1), STANDARD::accessLifetime);
    assertBounds("leeway", Duration.ZERO, Duration.ofMinutes(2), STANDARD::leeway);
    assertBounds(
        "deviceLifetime", Duration.ofDays(1), Duration.ofDays(400), STANDARD::deviceLifetime);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> STANDARD.accessLifetime(Duration.ofMillis(90_500)))
        .withMessage("accessLifetime must be whole seconds, got PT1M30.5S");
  }

  private static void assertBounds(
      String name, Duration least, Duration most, Function<Duration, TokenPolicy> with) {
    assertThat(with.apply(least)).isNotNull();
    assertThat(with.apply(most)).isNotNull();
    for (Duration outside : new Duration[] {least.minusSeconds(1), most.plusSeconds(1)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> with.apply(outside))
          .withMessage(name + " must be " + least + " to " + most + ", got " + outside);
    }
  }

  @Test
  void names_areTexts() {
    for (String odd : new String[] {"", "a\nb", "x".repeat(513)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TokenPolicy.standard(odd, "shop"))
          .withMessageStartingWith("issuer must have 1 to 512 characters");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TokenPolicy.standard("https://shop.example", odd))
          .withMessageStartingWith("audience must have 1 to 512 characters");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> STANDARD.clientId(odd))
          .withMessageStartingWith("clientId must have 1 to 512 characters");
    }
  }
}
