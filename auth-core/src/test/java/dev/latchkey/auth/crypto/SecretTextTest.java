package dev.latchkey.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SecretTextTest {

  @Test
  void toString_showsNothing() {
    assertThat(SecretText.of("492817")).hasToString("SecretText[redacted]");
  }

  @Test
  void revealText_givesItBack_whateverItIs() {
    String hostile = "\u0000\r\n\ud800é".repeat(20_000);

    assertThat(SecretText.of(hostile).revealText()).isEqualTo(hostile);
  }

  @Test
  void equality_isThatOfTheContent() {
    assertThat(SecretText.of("492817"))
        .isEqualTo(SecretText.of("492817"))
        .isNotEqualTo(SecretText.of("492818"))
        .isNotEqualTo(SecretText.of("49281"))
        .isNotEqualTo("492817");
  }

  @Test
  void loneSurrogates_areNotTakenForOneAnother() {
    assertThat(SecretText.of("\ud800"))
        .isNotEqualTo(SecretText.of("\ud801"))
        .isNotEqualTo(SecretText.of("?"))
        .isNotEqualTo(SecretText.of("\ufffd"));
  }

  @Test
  void hashCode_saysNothingAboutTheContent() {
    assertThat(SecretText.of("492817")).hasSameHashCodeAs(SecretText.of("another"));
  }
}
