package dev.latchkey.auth.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.crypto.SecretText;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MessageTextTest {
  private static final EmailAddress ADA = EmailAddress.parse("ada@example.com").orElseThrow();
  private static final URI PAGE = URI.create("https://shop.example/unlock");
  private static final SecretText TOKEN = SecretText.of("canary-token");

  private static MessageText lock(Duration validFor, Optional<Duration> lockedFor) {
    return MessageText.of(new Message.Lock(ADA, TOKEN, validFor, lockedFor), PAGE);
  }

  @Test
  void lock_saysHowLong_andCarriesTheTokenBehindTheHash() {
    MessageText text = lock(Duration.ofMinutes(5), Optional.of(Duration.ofMinutes(5)));

    assertThat(text.subject()).isEqualTo("Your account is locked");
    assertThat(text.revealBody())
        .contains("too many wrong codes for your account, so it is locked for 5 minutes.")
        .contains("\nhttps://shop.example/unlock#canary-token\n")
        .contains("It is good for 5 minutes")
        .doesNotContain("ada@example.com");
  }

  @Test
  void lock_ofAUsedUpBudget_saysSo_andSpeaksOfNoLock() {
    MessageText text = lock(Duration.ofHours(24), Optional.empty());

    assertThat(text.subject()).isEqualTo("Too many codes for your account");
    assertThat(text.revealBody())
        .contains("Somebody asked for too many codes for your account.")
        .contains("It is good for 24 hours")
        .doesNotContain("locked");
  }

  @ParameterizedTest
  @CsvSource({
    "PT1S, 1 minute",
    "PT1M, 1 minute",
    "PT1M1S, 2 minutes",
    "PT30M, 30 minutes",
    "PT119M, 119 minutes",
    "PT2H, 2 hours",
    "PT2H1S, 3 hours",
    "PT24H, 24 hours",
    "PT47H, 47 hours",
    "PT48H, 2 days",
    "PT9600H, 400 days"
  })
  void lock_tellsDurationsInWords_roundedUp(Duration lockedFor, String words) {
    assertThat(lock(Duration.ofMinutes(5), Optional.of(lockedFor)).revealBody())
        .contains("locked for " + words + ".");
  }

  @Test
  void code_isInTheBodyAndNotInTheSubject() {
    MessageText text =
        MessageText.of(new Message.Code(ADA, SecretText.of("492817"), Duration.ofMinutes(5)), PAGE);

    assertThat(text.subject()).doesNotContain("492817");
    assertThat(text.revealBody()).contains("492817").contains("5 minutes");
  }

  @ParameterizedTest
  @CsvSource({"REFRESH_TOKEN_REUSED, signed you out everywhere", "WRONG_DEVICE, another device"})
  void alert_saysWhatHappenedAndWhen(AlertReason reason, String words) {
    Instant at = Instant.parse("2026-01-15T12:00:00.123Z");
    MessageText text = MessageText.of(new Message.Alert(ADA, reason, at), PAGE);

    assertThat(text.revealBody()).contains(words).contains("2026-01-15T12:00:00Z");
  }

  @Test
  void toString_ofMessageAndText_showsNeitherTokenNorAddress() {
    Message message = new Message.Lock(ADA, TOKEN, Duration.ofMinutes(5), Optional.empty());

    assertThat(message + " " + MessageText.of(message, PAGE))
        .doesNotContain("canary-token")
        .doesNotContain("ada@example.com");
  }
}
