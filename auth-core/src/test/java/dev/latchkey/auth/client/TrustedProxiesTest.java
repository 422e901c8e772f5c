package dev.latchkey.auth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrustedProxiesTest {

  private static final TrustedProxies PROXIES =
      TrustedProxies.of("10.0.0.0/8", "2001:db8:1::/48", "192.0.2.7");

  @Test
  void header_fromAPeerThatIsNotTrusted_countsForNothing() {
    assertThat(client("198.51.100.1", "203.0.113.9")).isEqualTo("198.51.100.1");
    assertThat(client("11.0.0.1", "203.0.113.9")).isEqualTo("11.0.0.1");
  }

  @Test
  void header_withoutTrustedProxies_countsForNothing() {
    assertThat(TrustedProxies.none().clientAddress("10.0.0.1", List.of("203.0.113.9")))
        .map(IpAddress::toString)
        .hasValue("10.0.0.1");
    assertThat(TrustedProxies.of().clientAddress("10.0.0.1", List.of("203.0.113.9")))
        .map(IpAddress::toString)
        .hasValue("10.0.0.1");
  }

  @Test
  void header_fromATrustedPeer_namesTheClient() {
    assertThat(client("10.0.0.1", "203.0.113.9")).isEqualTo("203.0.113.9");
    assertThat(client("192.0.2.7", "203.0.113.9")).isEqualTo("203.0.113.9");
    assertThat(client("2001:db8:1:2::3", "2001:db8:2::1")).isEqualTo("2001:db8:2::1");
    assertThat(client("::ffff:10.0.0.1", "::ffff:203.0.113.9")).isEqualTo("203.0.113.9");
  }

  @Test
  void header_isReadFromTheRight() {
    assertThat(client("10.0.0.1", "1.1.1.1, 203.0.113.9")).isEqualTo("203.0.113.9");
    assertThat(client("10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2")).isEqualTo("203.0.113.9");
    assertThat(client("10.0.0.1", "10.9.9.9, 203.0.113.9, 10.0.0.2,10.0.0.3"))
        .isEqualTo("203.0.113.9");
  }

  @Test
  void severalHeaders_areOneList() {
    assertThat(client("10.0.0.1", "1.1.1.1", "203.0.113.9, 10.0.0.3", "10.0.0.2"))
        .isEqualTo("203.0.113.9");
  }

  @Test
  void withoutHeaders_thePeerIsTheClient() {
    assertThat(client("10.0.0.1")).isEqualTo("10.0.0.1");
    assertThat(client("203.0.113.9")).isEqualTo("203.0.113.9");
  }

  @Test
  void allTrusted_theFurthestIsTheClient() {
    assertThat(client("10.0.0.1", "10.0.0.3, 10.0.0.2")).isEqualTo("10.0.0.3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown",
        "_hidden",
        "",
        " ",
        "example.com",
        "1.2.3",
        "01.2.3.4",
        "\"203.0.113.9\"",
        "for=203.0.113.9",
        "203.0.113.9;x",
        "203.0.113.9\u0000",
        "203.0.113.9\r\n",
        "\ud800",
        "\u3002"
      })
  void unreadableElement_endsTheWalkAtTheLastGoodAddress(String element) {
    assertThat(client("10.0.0.1", element)).isEqualTo("10.0.0.1");
    assertThat(client("10.0.0.1", "203.0.113.9, " + element + ", 10.0.0.2")).isEqualTo("10.0.0.2");
    assertThat(client("10.0.0.1", "203.0.113.9", element, "10.0.0.2")).isEqualTo("10.0.0.2");
    assertThat(client("10.0.0.1", element + ", 203.0.113.9")).isEqualTo("203.0.113.9");
  }

  @Test
  void commasAtTheEnds_areEmptyElements() {
    assertThat(client("10.0.0.1", "203.0.113.9,")).isEqualTo("10.0.0.1");
    assertThat(client("10.0.0.1", ",10.0.0.2")).isEqualTo("10.0.0.2");
    assertThat(client("10.0.0.1", "203.0.113.9,,10.0.0.2")).isEqualTo("10.0.0.2");
    assertThat(client("10.0.0.1", ",")).isEqualTo("10.0.0.1");
  }

  @Test
  void spacesTabsAndPorts_areReadAway() {
    assertThat(client("10.0.0.1", "\t 203.0.113.9:4711 \t,\t[2001:db8:1::9]:80"))
        .isEqualTo("203.0.113.9");
    assertThat(client("10.0.0.1:80", "203.0.113.9")).isEqualTo("203.0.113.9");
    assertThat(client("[2001:db8:1::9]", "203.0.113.9")).isEqualTo("203.0.113.9");
    assertThat(client("[2001:db8:1::9]:80", "203.0.113.9")).isEqualTo("203.0.113.9");
  }

  @Test
  void unknownPeer_isEmpty_whateverTheHeaderSays() {
    assertThat(PROXIES.clientAddress(null, List.of("203.0.113.9"))).isEmpty();
    assertThat(PROXIES.clientAddress("", List.of("203.0.113.9"))).isEmpty();
    assertThat(PROXIES.clientAddress("localhost", List.of("203.0.113.9"))).isEmpty();
  }

  @Test
  void elements_upTo64_areLookedAt_and65AreNot() {
    List<String> proxies = new ArrayList<>(Collections.nCopies(63, "10.0.0.2"));
    proxies.add(0, "203.0.113.9");
    assertThat(client("10.0.0.1", String.join(",", proxies))).isEqualTo("203.0.113.9");
    assertThat(client("10.0.0.1", proxies.toArray(new String[0]))).isEqualTo("203.0.113.9");

    proxies.add("10.0.0.3");
    assertThat(client("10.0.0.1", String.join(",", proxies))).isEqualTo("10.0.0.2");
    assertThat(client("10.0.0.1", proxies.toArray(new String[0]))).isEqualTo("10.0.0.2");
  }

  @Test
  void element_of128Characters_isRead_and129AreNot() {
    String padded = " ".repeat(128 - "203.0.113.9".length()) + "203.0.113.9";

    assertThat(client("10.0.0.1", padded)).isEqualTo("203.0.113.9");
    assertThat(client("10.0.0.1", "1.1.1.1," + padded + ",10.0.0.2")).isEqualTo("203.0.113.9");
    assertThat(client("10.0.0.1", " " + padded)).isEqualTo("10.0.0.1");
    assertThat(client("10.0.0.1", "1.1.1.1, " + padded + ",10.0.0.2")).isEqualTo("10.0.0.2");
  }

  @Test
  @Timeout(10)
  void longHeaders_costNothing() {
    String commas = ",".repeat(1 << 20);
    String spaces = " ".repeat(1 << 20);
    String proxies = "10.0.0.2,".repeat(1 << 17) + "10.0.0.2";
    for (int i = 0; i < 1000; i++) {
      assertThat(client("10.0.0.1", commas)).isEqualTo("10.0.0.1");
      assertThat(client("10.0.0.1", spaces)).isEqualTo("10.0.0.1");
      assertThat(client("10.0.0.1", proxies)).isEqualTo("10.0.0.2");
    }
  }

  @Test
  void blocks_endExactlyWhereTheyEnd() {
    TrustedProxies proxies = TrustedProxies.of("192.0.2.64/26", "2001:db8:8000::/33");

    assertThat(trusts(proxies, "192.0.2.63")).isFalse();
    assertThat(trusts(proxies, "192.0.2.64")).isTrue();
    assertThat(trusts(proxies, "192.0.2.127")).isTrue();
    assertThat(trusts(proxies, "192.0.2.128")).isFalse();
    assertThat(trusts(proxies, "2001:db8:7fff::")).isFalse();
    assertThat(trusts(proxies, "2001:db8:8000::")).isTrue();
    assertThat(trusts(proxies, "2001:db8:ffff::")).isTrue();
    assertThat(trusts(proxies, "2001:db9::")).isFalse();
  }

  @Test
  void blockOfOneFamily_holdsNoneOfTheOther() {
    assertThat(trusts(TrustedProxies.of("0.0.0.0/0"), "::1")).isFalse();
    assertThat(trusts(TrustedProxies.of("0.0.0.0/0"), "203.0.113.9")).isTrue();
    assertThat(trusts(TrustedProxies.of("::/0"), "203.0.113.9")).isFalse();
    assertThat(trusts(TrustedProxies.of("::/0"), "::1")).isTrue();
  }

  @Test
  void mappedBlock_isTheIpv4Block() {
    TrustedProxies proxies = TrustedProxies.of("::ffff:10.0.0.0/104", "::ffff:192.0.2.1");

    assertThat(trusts(proxies, "10.255.0.1")).isTrue();
    assertThat(trusts(proxies, "11.0.0.1")).isFalse();
    assertThat(trusts(proxies, "192.0.2.1")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "proxy",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/08",
        "10.0.0.0/+8",
        "10.0.0.0/8/8",
        "10.0.0.0 /8",
        "10.0.0.1/8",
        "10.0.0/8",
        "::/129",
        "::1/64",
        "[::1]:80",
        "10.0.0.0/255.0.0.0",
        "::ffff:10.0.0.0/8",
        "10.0.0.0/\u0668",
        "10.0.0.0:80",
        "10.0.0.0/999",
        "/8"
      })
  void of_refusesWhatIsNoBlock_andNamesIt(String cidr) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrustedProxies.of("10.0.0.0/8", cidr))
        .withMessageEndingWith("got " + cidr);
  }

  @Test
  void anyHeader_isRead_andNeverTrustsWhatStandsLeftOfTheClient() {
    List<String> elements =
        List.of("10.0.0.2", "2001:db8:1::5", "203.0.113.9", "junk", "", "1.2.3.4:5", "[::1", "\0");
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 50_000; i++) {
      List<String> list = new ArrayList<>();
      for (int n = random.nextInt(6); n > 0; n--) {
        list.add(elements.get(random.nextInt(elements.size())));
      }
      String expected = "10.0.0.1";
      for (int j = list.size() - 1; j >= 0; j--) {
        IpAddress address = IpAddress.parseWithPort(list.get(j)).orElse(null);
        if (address == null) {
          break;
        }
        expected = address.toString();
        if (!PROXIES.trusts(address)) {
          break;
        }
      }
      int cut = random.nextInt(list.size() + 1);
      List<String> headers = new ArrayList<>();
      if (cut > 0) {
        headers.add(String.join(",", list.subList(0, cut)));
      }
      if (cut < list.size()) {
        headers.add(String.join(" , ", list.subList(cut, list.size())));
      }
      assertThat(client("10.0.0.1", headers.toArray(new String[0]))).isEqualTo(expected);
    }
  }

  private static boolean trusts(TrustedProxies proxies, String address) {
    return proxies.trusts(IpAddress.parse(address).orElseThrow());
  }

  private static String client(String peer, String... headers) {
    return PROXIES.clientAddress(peer, List.of(headers)).orElseThrow().toString();
  }
}
