package dev.latchkey.auth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IpAddressTest {

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0,0.0.0.0",
    "255.255.255.255,255.255.255.255",
    "192.0.2.1,192.0.2.1",
    "::,::",
    "::1,::1",
    "0:0:0:0:0:0:0:1,::1",
    "1::,1::",
    "2001:DB8::1,2001:db8::1",
    "2001:0db8:0000:0000:0000:0000:0000:0001,2001:db8::1",
    "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1",
    "2001:db8:0:0:1:0:0:1,2001:db8::1:0:0:1",
    "2001:0:0:1:0:0:0:1,2001:0:0:1::1",
    "0:0:0:1::,0:0:0:1::",
    "1:2:3:4:5:6:7::,1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8,0:2:3:4:5:6:7:8",
    "64:ff9b::192.0.2.1,64:ff9b::c000:201",
    "1:2:3:4:5:6:192.0.2.1,1:2:3:4:5:6:c000:201",
    "::192.0.2.1,::c000:201",
    "[2001:db8::1],2001:db8::1",
    "fe80::1%eth0,fe80::1",
    "fe80::1%1,fe80::1",
    "[fe80::1%eth0],fe80::1",
    "[::1],::1"
  })
  void parse_readsLiterals_inCanonicalForm(String text, String canonical) {
    IpAddress address = IpAddress.parse(text).orElseThrow();

    assertThat(address).hasToString(canonical);
    assertThat(IpAddress.parse(canonical)).hasValue(address);
    assertThat(IpAddress.parse(canonical).orElseThrow()).hasSameHashCodeAs(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "::ffff:192.0.2.1",
        "::FFFF:c000:201",
        "0:0:0:0:0:ffff:192.0.2.1",
        "[::ffff:192.0.2.1]"
      })
  void ipv4Mapped_foldsToIpv4(String text) {
    IpAddress address = IpAddress.parse(text).orElseThrow();

    assertThat(address.isIpv4()).isTrue();
    assertThat(address).isEqualTo(IpAddress.parse("192.0.2.1").orElseThrow());
    assertThat(address.bytes()).containsExactly(192, 0, 2, 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ".",
        ":",
        ":::",
        "localhost",
        "example.com",
        "1",
        "1.2",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.4.",
        ".1.2.3.4",
        "1..3.4",
        "1.2.3.256",
        "1.2.3.999",
        "1.2.3.0004",
        "01.2.3.4",
        "1.2.3.04",
        "1.2.3.00",
        "0x1.2.3.4",
        "1.2.3.a",
        "-1.2.3.4",
        "+1.2.3.4",
        "1.2.3.4 ",
        " 1.2.3.4",
        "1.2.3.4\n",
        "1.2.3.4\u0000",
        "\u0661.2.3.4",
        "\uff11.2.3.4",
        "1\u30022.3.4",
        "2130706433",
        "1.2.3.4:80",
        "1.2.3.4%eth0",
        "[1.2.3.4]",
        "[::1]:80",
        "[::1",
        "::1]",
        "[[::1]]",
        "[]",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "1:2:3:4::5:6:7:8",
        "1::2::3",
        "1:::2",
        ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
        "1:2:3:4:5:6:7:8:",
        "12345::",
        "g::",
        "::\uff11",
        "::1.2.3",
        "::1.2.3.4.5",
        "::1.2.3.04",
        "1.2.3.4::",
        "::1.2.3.4:1",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1:2:3:4:5:6::1.2.3.4",
        "::1%",
        "::1%eth 0",
        "::1%%",
        "%eth0",
        "::1%eth0\n",
        "::1\u0000",
        "::1/64",
        "1.2.3.4/32",
        "unknown",
        "_hidden",
        "\ud800"
      })
  void parse_refuses(String text) {
    assertThat(IpAddress.parse(text)).isEmpty();
  }

  @Test
  void longInput_isRefused() {
    assertThat(IpAddress.parse("1".repeat(65_536))).isEmpty();
    assertThat(IpAddress.parse(":".repeat(65_536))).isEmpty();
    assertThat(IpAddress.parse("::1%" + "a".repeat(32))).isPresent();
    assertThat(IpAddress.parse("::1%" + "a".repeat(33))).isEmpty();
    assertThat(IpAddress.parseWithPort("[::1]:" + "1".repeat(65_536))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1.2.3.4:567,1.2.3.4",
    "1.2.3.4,1.2.3.4",
    "[::1]:567,::1",
    "[::1],::1",
    "::1,::1",
    "[::ffff:1.2.3.4]:5,1.2.3.4",
    "1::5:6,1::5:6"
  })
  void parseWithPort_readsWhatProxiesWrite(String text, String canonical) {
    assertThat(IpAddress.parseWithPort(text)).map(IpAddress::toString).hasValue(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.2.3.4:",
        "1.2.3.4:x",
        "1.2.3.4:123456",
        "[::1]:",
        "[::1]x",
        "[::1]:-1",
        "[1.2.3.4]:80",
        "example.com:80",
        ":80",
        "1.2.3.4:80:80",
        "\"1.2.3.4\"",
        "unknown"
      })
  void parseWithPort_refuses(String text) {
    assertThat(IpAddress.parseWithPort(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.129,32,192.0.2.129/32",
    "192.0.2.129,25,192.0.2.128/25",
    "192.0.2.129,24,192.0.2.0/24",
    "192.0.2.129,0,0.0.0.0/0",
    "255.255.255.255,1,128.0.0.0/1",
    "2001:db8:1:2:3:4:5:6,128,2001:db8:1:2:3:4:5:6/128",
    "2001:db8:1:2ff:3:4:5:6,64,2001:db8:1:2ff::/64",
    "2001:db8:1:2ff:3:4:5:6,56,2001:db8:1:200::/56",
    "2001:db8:1:2ff:3:4:5:6,48,2001:db8:1::/48",
    "2001:db8::1,64,2001:db8::/64",
    "ffff::,0,::/0"
  })
  void prefix_clearsTheBitsBehindIt(String text, int bits, String expected) {
    assertThat(IpAddress.parse(text).orElseThrow().prefix(bits)).isEqualTo(expected);
  }

  @Test
  void prefix_outOfBounds_isRefused() {
    IpAddress v4 = IpAddress.parse("192.0.2.1").orElseThrow();
    IpAddress v6 = IpAddress.parse("::1").orElseThrow();

    assertThatIllegalArgumentException().isThrownBy(() -> v4.prefix(33));
    assertThatIllegalArgumentException().isThrownBy(() -> v4.prefix(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> v6.prefix(129));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1,true",
    "127.255.0.9,true",
    "::1,true",
    "::ffff:127.0.0.1,true",
    "126.255.255.255,false",
    "128.0.0.1,false",
    "::,false",
    "::2,false",
    "1::1,false"
  })
  void isLoopback_isThisMachineOnly(String text, boolean loopback) {
    assertThat(IpAddress.parse(text).orElseThrow().isLoopback()).isEqualTo(loopback);
  }

  @Test
  void bytes_areCopied() {
    IpAddress address = IpAddress.parse("192.0.2.1").orElseThrow();
    address.bytes()[0]++;

    assertThat(address).hasToString("192.0.2.1");
    assertThat(IpAddress.parse("::1").orElseThrow().bytes()).hasSize(16);
  }

  @Test
  void differentAddresses_areNeverEqual() {
    IpAddress address = IpAddress.parse("192.0.2.1").orElseThrow();

    assertThat(address)
        .isNotEqualTo(IpAddress.parse("192.0.2.2").orElseThrow())
        .isNotEqualTo(IpAddress.parse("::c000:201").orElseThrow())
        .isNotEqualTo("192.0.2.1");
  }

  @Test
  void anyAddress_inTheJdksSpelling_readsAsTheSameBytes() throws UnknownHostException {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
      for (int j = 0; j < bytes.length; j++) {
        bytes[j] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : 0);
      }
      InetAddress jdk = InetAddress.getByAddress(bytes);
      IpAddress address = IpAddress.parse(jdk.getHostAddress()).orElseThrow();

      assertThat(address.bytes()).isEqualTo(jdk.getAddress());
      assertThat(IpAddress.parse(address.toString())).hasValue(address);
      assertThat(InetAddress.getByName(address.toString())).isEqualTo(jdk);
    }
  }

  @Test
  void anyText_isReadOrRefused_andComesBackTheSame() {
    String alphabet = "0123456789abcdefAFg:::::....%[]/ \u0000\n\u0661\ud800";
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 300_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(14); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      IpAddress.parse(text.toString())
          .ifPresent(ip -> assertThat(IpAddress.parse(ip.toString())).hasValue(ip));
      IpAddress.parseWithPort(text.toString())
          .ifPresent(ip -> assertThat(IpAddress.parse(ip.toString())).hasValue(ip));
    }
  }
}
