package dev.latchkey.auth.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EmailAddressTest {

  private static final String LABEL_63 = "h".repeat(63);

  @ParameterizedTest
  @CsvSource({
    "ada@example.com,ada@example.com",
    "Ada@Example.COM,ada@example.com",
    "'  ada@example.com ',ada@example.com",
    "a@b.c,a@b.c",
    "a.b.c@x.y.z,a.b.c@x.y.z",
    "!#$%&'*+-/=?^_`{|}~@example.com,!#$%&'*+-/=?^_`{|}~@example.com",
    "1@1.a1,1@1.a1",
    "ada@1.2.3.4a,ada@1.2.3.4a",
    "ada@sub-domain.example.co.uk,ada@sub-domain.example.co.uk",
    "ada@example.museum,ada@example.museum",
    "ada@localhost.localdomain,ada@localhost.localdomain",
    "ada@xn--mnchen-3ya.de,ada@xn--mnchen-3ya.de",
    "ada@XN--MNCHEN-3YA.DE,ada@xn--mnchen-3ya.de"
  })
  void identity_isLowerCase_andNothingElseIsFolded(String text, String identity) {
    assertThat(EmailAddress.parse(text).orElseThrow().identity()).isEqualTo(identity);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "@",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "ada@localhost",
        "ada@@example.com",
        "ada@b@example.com",
        ".ada@example.com",
        "ada.@example.com",
        "a..da@example.com",
        "ada@.example.com",
        "ada@example.com.",
        "ada@example..com",
        "ada@-example.com",
        "ada@example-.com",
        "ada@example.com-",
        "ada@example.-com",
        "ada@exam_ple.com",
        "ada@example.123",
        "ada@1.2.3.4",
        "ada@[1.2.3.4]",
        "ada@[IPv6:::1]",
        "\"ada\"@example.com",
        "\"a da\"@example.com",
        "a\"d\"a@example.com",
        "a.\"d\".a@example.com",
        "ada(comment)@example.com",
        "(comment)ada@example.com",
        "ada@(comment)example.com",
        "ada@example.com(comment)",
        "Ada <ada@example.com>",
        "<ada@example.com>",
        "@relay.example:ada@example.com",
        "mailto:ada@example.com",
        "ada@example.com,bob@example.com",
        "ada@example.com;bob@example.com",
        "ada@example.com bob@example.com",
        "a da@example.com",
        "ada @example.com",
        "ada@ example.com",
        "ada@exa mple.com",
        "a\\da@example.com",
        "\\;0@example.com",
        "\\a@example.com",
        "a,b@example.com",
        "a:b@example.com",
        "a;b@example.com",
        "a[b@example.com",
        "a]b@example.com",
        "a<b@example.com",
        "\tada@example.com",
        "ada@example.com\t",
        "ada@example.com\n",
        "\u00a0ada@example.com",
        "ada@example.com\u3000",
        "ada@example.com\r\nBcc: eve@example.com",
        "ada\r\n@example.com",
        "ada\u0000@example.com",
        "ada@example.com\u0000",
        "ada\u007f@example.com",
        "ada@exam\u0000ple.com",
        "ad\u00e4@example.com",
        "ad\u0131@example.com",
        "ad\u212a@example.com",
        "ada\uff20example.com",
        "a@b\uff20example.com",
        "ada@exa\u2024mple.com",
        "ada@exam\uff0fple.com",
        "ada@example\u3002",
        "ada@example.com\u3002",
        "ada@\u3002example.com",
        "ada@example.\uff11\uff12",
        "\ud800@example.com",
        "ada@\ud800.com",
        "ada@exa\udc00mple.com",
        "ada@\u200b.com",
        "ada@example.\u00ad"
      })
  void parse_refuses(String text) {
    assertThat(EmailAddress.parse(text)).isEmpty();
  }

  @Test
  void localPart_of64Characters_isAccepted_and65AreRefused() {
    assertThat(EmailAddress.parse("a".repeat(64) + "@example.com")).isPresent();
    assertThat(EmailAddress.parse("a".repeat(65) + "@example.com")).isEmpty();
  }

  @Test
  void label_of63Characters_isAccepted_and64AreRefused() {
    assertThat(EmailAddress.parse("ada@" + LABEL_63 + ".com")).isPresent();
    assertThat(EmailAddress.parse("ada@h" + LABEL_63 + ".com")).isEmpty();
    assertThat(EmailAddress.parse("ada@com." + LABEL_63)).isPresent();
    assertThat(EmailAddress.parse("ada@com.h" + LABEL_63)).isEmpty();
  }

  @Test
  void address_of254Bytes_isAccepted_and255AreRefused() {
    String host = "." + LABEL_63 + "." + LABEL_63 + ".com"; // 132
    String local = "a".repeat(64) + "@"; // 65
    String longest = local + "h".repeat(254 - 65 - host.length()) + host;

    assertThat(longest).hasSize(254);
    assertThat(EmailAddress.parse(longest)).isPresent();
    assertThat(EmailAddress.parse("  " + longest + "  ")).isPresent();
    assertThat(EmailAddress.parse(longest.replaceFirst("@h", "@hh"))).isEmpty();
  }

  @Test
  void host_of252Bytes_isAccepted_and253LeaveNoRoomForTheLocalPart() {
    String tail = "." + LABEL_63 + "." + LABEL_63 + "." + LABEL_63;

    assertThat(EmailAddress.parse("a@" + "h".repeat(252 - 192) + tail)).isPresent();
    assertThat(EmailAddress.parse("a@" + "h".repeat(253 - 192) + tail)).isEmpty();
  }

  @Test
  void length_isThatOfTheAsciiForm() {
    // Each of these letters needs about three characters in ASCII form.
    String letters = "\u00e4\u0434\u3042\u6f22\uac00".repeat(8);

    assertThat(EmailAddress.parse("ada@" + letters + ".com")).isEmpty();
    assertThat(EmailAddress.parse("ada@" + letters.substring(0, 10) + ".com")).isPresent();
  }

  @Test
  void input_beyond1024Characters_isRefusedUnread() {
    String address = "ada@example.com";

    assertThat(EmailAddress.parse(" ".repeat(1024 - address.length()) + address)).isPresent();
    assertThat(EmailAddress.parse(" ".repeat(1025 - address.length()) + address)).isEmpty();
    assertThat(EmailAddress.parse("a".repeat(65_536))).isEmpty();
    assertThat(EmailAddress.parse("@".repeat(65_536))).isEmpty();
    assertThat(EmailAddress.parse("ada@" + "a.".repeat(32_768) + "com")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ada@M\u00dcNCHEN.de",
        "ada@m\u00fcnchen.de",
        "ada@mu\u0308nchen.de",
        "ada@\uff4d\u00fcnchen\uff0ede",
        "ada@m\u00fcnchen\u3002de",
        "ada@m\u00fcnchen\uff61de",
        "ada@m\u00fcn\u00adchen.de",
        "ada@xn--mnchen-3ya.de"
      })
  void spellingsOfOneHost_areOneIdentity(String text) {
    EmailAddress address = EmailAddress.parse(text).orElseThrow();

    assertThat(address.identity()).isEqualTo("ada@xn--mnchen-3ya.de");
    assertThat(address).isEqualTo(EmailAddress.parse("ada@xn--mnchen-3ya.de").orElseThrow());
  }

  @Test
  void compatibilityCharactersOfAHost_foldToAscii() {
    assertThat(
            List.of("\uff25xample.com", "ex\u24d0mple.com", "examp\u2113e.com", "example.\u1d9com"))
        .extracting(
            host -> EmailAddress.parse("ada@" + host).map(EmailAddress::identity).orElse(""))
        .startsWith("ada@example.com", "ada@example.com", "ada@example.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stra\u00dfe.de",
        "STRA\u1e9eE.de",
        "\u03b2\u03cc\u03bb\u03bf\u03c2.com",
        "\u0dc1\u0dca\u200d\u0dbb\u0dd3.com",
        "a\u200cb.com",
        "ada.\u200d",
        "\u1e9e.de"
      })
  void hostThatIdnaVersionsReadDifferently_isRefused(String host) {
    assertThat(EmailAddress.parse("ada@" + host)).isEmpty();
  }

  @Test
  void asciiFormOfSuchAHost_isAccepted_andIsAnotherIdentity() {
    EmailAddress sharp = EmailAddress.parse("ada@xn--strae-oqa.de").orElseThrow();

    assertThat(sharp).isNotEqualTo(EmailAddress.parse("ada@strasse.de").orElseThrow());
  }

  @Test
  void unassignedCharactersOfAHost_areRefused() {
    // U+0221 came after Unicode 3.2, U+0378 never, U+1F600 is an emoji of Unicode 6.
    for (String c : List.of("\u0221", "\u0378", "\ud83d\ude00")) {
      assertThat(EmailAddress.parse("ada@" + c + ".com")).isEmpty();
    }
  }

  @Test
  void lowerCase_isThatOfNoCountry() {
    // The identity in ASCII, whatever the default locale: "I" would be a dotless i in Turkish.
    EmailAddress address = EmailAddress.parse("ISTANBUL.I@TITIZ.IO").orElseThrow();

    assertThat(address.identity()).isEqualTo("istanbul.i@titiz.io");
    assertThat(address.mailbox()).isEqualTo("istanbul.i@titiz.io");
  }

  @Test
  void dotlessI_inAHost_isALetterOfItsOwn() {
    assertThat(EmailAddress.parse("ada@t\u0131t\u0131z.io").orElseThrow())
        .isNotEqualTo(EmailAddress.parse("ada@titiz.io").orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({
    "Ada@Example.com,ada@example.com",
    "ada+news@example.com,ada@example.com",
    "ada+a+b@example.com,ada@example.com",
    "ada+@example.com,ada@example.com",
    "+news@example.com,+news@example.com",
    "++@example.com,++@example.com",
    "a.d.a@example.com,a.d.a@example.com",
    "a.d.a@gmail.com,ada@gmail.com",
    "a.d.a+x.y@GMail.com,ada@gmail.com",
    "A.d.a@googlemail.com,ada@gmail.com",
    "ada@mail.gmail.com,ada@mail.gmail.com",
    "a.d.a@gmail.co,a.d.a@gmail.co",
    "+a.b@gmail.com,+ab@gmail.com"
  })
  void mailbox_foldsWhatCommonlyIsOneMailbox(String text, String mailbox) {
    assertThat(EmailAddress.parse(text).orElseThrow().mailbox()).isEqualTo(mailbox);
  }

  @Test
  void equality_isThatOfTheIdentity_neverOfTheMailbox() {
    EmailAddress address = EmailAddress.parse("ada@gmail.com").orElseThrow();

    assertThat(address)
        .isEqualTo(EmailAddress.parse("ADA@Gmail.com").orElseThrow())
        .hasSameHashCodeAs(EmailAddress.parse("ADA@Gmail.com").orElseThrow())
        .isNotEqualTo(EmailAddress.parse("a.da@gmail.com").orElseThrow())
        .isNotEqualTo(EmailAddress.parse("ada+x@gmail.com").orElseThrow())
        .isNotEqualTo(EmailAddress.parse("ada@googlemail.com").orElseThrow())
        .isNotEqualTo(EmailAddress.parse("bda@gmail.com").orElseThrow())
        .isNotEqualTo("ada@gmail.com");
  }

  @ParameterizedTest
  @CsvSource({
    "ada@example.com,a***@example.com",
    "ab@example.com,a***@example.com",
    "a@example.com,*@example.com"
  })
  void toString_neverShowsTheWholeLocalPart(String text, String redacted) {
    assertThat(EmailAddress.parse(text).orElseThrow()).hasToString(redacted);
  }

  @Test
  void asciiText_isAcceptedExactlyAsTheGrammarSays() {
    String atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
    String label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
    Pattern grammar =
        Pattern.compile(
            " *%s(?:\\.%s)*@(?:%s\\.)+(?![0-9]+ *\\z)%s *".formatted(atom, atom, label, label));
    SplittableRandom random = new SplittableRandom(3);
    int accepted = 0;
    int refused = 0;
    for (int i = 0; i < 60_000; i++) {
      StringBuilder text =
          new StringBuilder(randomText(random, 5, "aZ09i.+_'/~"))
              .append('@')
              .append(randomText(random, 4, "aZ09i-."))
              .append('.')
              .append(randomText(random, 4, "aZ09i-."));
      for (int hits = random.nextInt(3); hits > 0; hits--) {
        String hit = randomText(random, 2, ".@@ -+\"()<>[],:;\\'*/1\u0000\r\n\t\u007f");
        text.insert(random.nextInt(text.length() + 1), hit);
      }
      boolean expected = grammar.matcher(text).matches();
      if (EmailAddress.parse(text.toString()).isPresent() != expected) {
        fail("<%s> must be %s", text, expected ? "accepted" : "refused");
      }
      accepted += expected ? 1 : 0;
      refused += expected ? 0 : 1;
    }
    assertThat(accepted).isGreaterThan(2000);
    assertThat(refused).isGreaterThan(2000);
  }

  @Test
  void anyText_isReadOrRefused_andAnIdentityReadsAsItself() {
    String alphabet =
        "aZ0-.@+\u3002\uff0e\uff61\u0131\u0130\u00df\u03c2\u0308\u200d\u200c\u00ad\u202e\u0661"
            + "\u05d0\u0627\ud83d\ude00\ud800\udfff\uffff\u2024\uff41\u1100\u0345\ufb01\u0000\r\n";
    Pattern form = Pattern.compile("[!-~]{1,64}@[a-z0-9.-]{3,253}");
    SplittableRandom random = new SplittableRandom(4);
    int accepted = 0;
    for (int i = 0; i < 40_000; i++) {
      String text =
          random.nextInt(4) == 0
              ? randomText(random, 12, alphabet)
              : "a@" + randomText(random, 4, alphabet) + ".com";
      EmailAddress address = EmailAddress.parse(text).orElse(null);
      if (address != null) {
        accepted++;
        assertThat(address.identity()).matches(form);
        assertThat(EmailAddress.parse(address.identity())).hasValue(address);
      }
    }
    assertThat(accepted).isGreaterThan(1000);
  }

  @Test
  void everyCharacterOfTheBasicPlane_inAHost_isReadOrRefused() {
    Pattern form = Pattern.compile("a@[a-z0-9.-]+\\.com");
    for (char c = 0; c < Character.MAX_VALUE; c++) {
      String identity =
          EmailAddress.parse("a@b" + c + ".com").map(EmailAddress::identity).orElse("a@b.com");
      if (!form.matcher(identity).matches()) {
        fail("U+%04X gave %s", (int) c, identity);
      }
    }
  }

  private static String randomText(SplittableRandom random, int maxLength, String alphabet) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(maxLength + 1); length > 0; length--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
