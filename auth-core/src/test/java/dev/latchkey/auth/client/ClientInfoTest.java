package dev.latchkey.auth.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.crypto.SecretText;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientInfoTest {

  private static final ClientInfo CLIENT = ClientInfo.of("192.0.2.1");

  @Test
  void unknown_knowsNothing() {
    assertThat(ClientInfo.unknown().address()).isEmpty();
    assertThat(ClientInfo.unknown().userAgent()).isEmpty();
    assertThat(ClientInfo.unknown().deviceToken()).isEmpty();
  }

  @Test
  void of_readsTheAddress() {
    assertThat(CLIENT.address()).isEqualTo(IpAddress.parse("192.0.2.1")).isPresent();
    assertThat(ClientInfo.of("[2001:db8::1]").address()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "not an address", "\u0000"})
  void of_anythingElse_isAnUnknownCaller(String text) {
    assertThat(ClientInfo.of(text)).isEqualTo(ClientInfo.unknown());
  }

  @Test
  void each_canBeAddedInAnyOrder() {
    assertThat(CLIENT.userAgent("curl/8").deviceToken("token"))
        .isEqualTo(CLIENT.deviceToken("token").userAgent("curl/8"))
        .isEqualTo(
            new ClientInfo(
                IpAddress.parse("192.0.2.1"),
                Optional.of("curl/8"),
                Optional.of(SecretText.of("token"))));
  }

  @ParameterizedTest
  @CsvSource({
    "'Mozilla/5.0 (X11)','Mozilla/5.0 (X11)'",
    "'  curl/8  ','curl/8'",
    "'a\r\nX-Evil: 1','aX-Evil: 1'",
    "'a\u0000b\u007fc\u0085d\u001b[31m','abcd[31m'",
    "'a\u202eb\u200dc\u2028d\u2029e\ufefff','abcdef'",
    "'a\ud800b','ab'",
    "'\u00e4\ud83d\ude00','\u00e4\ud83d\ude00'"
  })
  void userAgent_losesWhatIsNotReadable(String text, String kept) {
    assertThat(CLIENT.userAgent(text).userAgent()).hasValue(kept);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\r\n\u0000", "\ud800\ud800", "\u202e"})
  void userAgent_ofNothingReadable_isNone(String text) {
    assertThat(CLIENT.userAgent(text).userAgent()).isEmpty();
  }

  @Test
  void userAgent_isCutAt256_withoutCuttingACharacter() {
    assertThat(CLIENT.userAgent("a".repeat(256)).userAgent()).hasValue("a".repeat(256));
    assertThat(CLIENT.userAgent("a".repeat(257)).userAgent()).hasValue("a".repeat(256));
    assertThat(CLIENT.userAgent("a".repeat(255) + "\ud83d\ude00").userAgent())
        .hasValue("a".repeat(255));
    assertThat(CLIENT.userAgent("a".repeat(65_536)).userAgent()).hasValue("a".repeat(256));
    assertThat(CLIENT.userAgent("\u0000".repeat(65_536) + "a").userAgent()).isEmpty();
  }

  @Test
  void userAgent_isCleanedByTheConstructorToo() {
    ClientInfo client = new ClientInfo(Optional.empty(), Optional.of("a\r\nb"), Optional.empty());

    assertThat(client.userAgent()).hasValue("ab");
  }

  @Test
  void userAgent_cleanedTwice_isTheSame() {
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(400); length > 0; length--) {
        text.append((char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000));
      }
      ClientInfo once = CLIENT.userAgent(text.toString());
      once.userAgent()
          .ifPresent(
              kept -> {
                assertThat(kept).hasSizeBetween(1, 256).doesNotContainPattern("\\p{Cntrl}");
                assertThat(CLIENT.userAgent(kept)).isEqualTo(once);
              });
    }
  }

  @Test
  void deviceToken_of1024Characters_isKept_andMoreIsKeptAsNoToken() {
    String longest = "a".repeat(1024);

    assertThat(CLIENT.deviceToken(longest).deviceToken()).hasValue(SecretText.of(longest));
    assertThat(CLIENT.deviceToken(longest + "a").deviceToken())
        .isEqualTo(CLIENT.deviceToken("b".repeat(65_536)).deviceToken())
        .isPresent()
        .get()
        .satisfies(
            token ->
                assertThat(token.revealText().length())
                    .isNotEqualTo(DeviceTokens.TEXT_LENGTH)
                    .isLessThan(1024));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u0000", "\r\n", "\ud800"})
  void deviceToken_mayBeAnyText(String text) {
    assertThat(CLIENT.deviceToken(text).deviceToken()).hasValue(SecretText.of(text));
  }

  @Test
  void toString_leavesTheDeviceTokenOut() {
    assertThat(CLIENT.userAgent("curl/8").deviceToken("canary"))
        .hasToString("ClientInfo[address=192.0.2.1, userAgent=curl/8]");
    assertThat(ClientInfo.unknown()).hasToString("ClientInfo[address=none, userAgent=none]");
  }
}
