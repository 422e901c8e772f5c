package dev.latchkey.auth.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Alone, since the default locale is the whole process's. */
@Isolated
final class EmailAddressLocaleTest {

  private final Locale before = Locale.getDefault();

  @BeforeEach
  void inTurkey() {
    Locale.setDefault(Locale.forLanguageTag("tr-TR"));
  }

  @AfterEach
  void asBefore() {
    Locale.setDefault(before);
  }

  @Test
  void identity_underATurkishLocale_isTheSame() {
    assertThat("I".toLowerCase(Locale.getDefault())).isEqualTo("\u0131");
    assertThat(EmailAddress.parse("INFO@TITIZ.IO").orElseThrow().identity())
        .isEqualTo("info@titiz.io");
    assertThat(EmailAddress.parse("INFO+I@GMAIL.COM").orElseThrow().mailbox())
        .isEqualTo("info@gmail.com");
    assertThat(EmailAddress.parse("INFO@\u0130STANBUL.IO")).isPresent();
  }
}
