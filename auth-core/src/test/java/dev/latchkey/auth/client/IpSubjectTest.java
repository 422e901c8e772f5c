package dev.latchkey.auth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class IpSubjectTest {

  @Test
  void ipv4_countsByAddress() {
    assertThat(IpSubject.of(IpAddress.parse("192.0.2.1")))
        .containsExactly(new IpSubject("192.0.2.1/32", 1));
  }

  @Test
  void ipv6_countsByItsThreeNetworks_withLargerBudgetsForLargerOnes() {
    assertThat(IpSubject.of(IpAddress.parse("2001:db8:1:2ff:3:4:5:6")))
        .containsExactly(
            new IpSubject("2001:db8:1:2ff::/64", 1),
            new IpSubject("2001:db8:1:200::/56", 4),
            new IpSubject("2001:db8:1::/48", 16));
  }

  @Test
  void networksOfOnePrefixText_areDifferentSubjects() {
    assertThat(IpSubject.of(IpAddress.parse("2001:db8::1")))
        .extracting(IpSubject::key)
        .doesNotHaveDuplicates();
  }

  @Test
  void ipv4Mapped_countsAsIpv4() {
    assertThat(IpSubject.of(IpAddress.parse("::ffff:192.0.2.1")))
        .isEqualTo(IpSubject.of(IpAddress.parse("192.0.2.1")));
  }

  @Test
  void unknownAddress_isOneSharedSubject() {
    assertThat(IpSubject.of(Optional.empty())).containsExactly(new IpSubject("none", 1));
  }

  @Test
  void regression_twoIps_neverShareASubject() {
    assertThat(IpSubject.of(IpAddress.parse("192.0.2.1")))
        .doesNotContainAnyElementsOf(IpSubject.of(IpAddress.parse("192.0.2.2")));
    assertThat(IpSubject.of(IpAddress.parse("2001:db8:1::1")))
        .doesNotContainAnyElementsOf(IpSubject.of(IpAddress.parse("2001:db8:2::1")));
  }

  @Test
  void subject_withoutKeyOrFactor_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new IpSubject("", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new IpSubject("a", 0));
  }
}
