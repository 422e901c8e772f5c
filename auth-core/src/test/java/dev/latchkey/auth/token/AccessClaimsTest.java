package dev.latchkey.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.Role;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccessClaimsTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void times_areCutToSeconds() {
    AccessClaims claims = at(NOW.plusNanos(999_999_999), NOW.plusSeconds(60).plusMillis(1));

    assertThat(claims.issuedAt()).isEqualTo(NOW);
    assertThat(claims.expiresAt()).isEqualTo(NOW.plusSeconds(60));
  }

  @Test
  void expiry_thatIsNotAfterTheStart_isRefused() {
    assertThat(at(NOW, NOW.plusSeconds(1)).expiresAt()).isAfter(NOW);
    assertThatIllegalArgumentException().isThrownBy(() -> at(NOW, NOW));
    assertThatIllegalArgumentException().isThrownBy(() -> at(NOW, NOW.plusMillis(999)));
    assertThatIllegalArgumentException().isThrownBy(() -> at(NOW, NOW.minusSeconds(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> at(NOW, Instant.MAX));
    assertThatIllegalArgumentException().isThrownBy(() -> at(Instant.EPOCH.minusMillis(1), NOW));
  }

  @Test
  void texts_outOfBounds_areRefused() {
    assertThat(issuedBy("i".repeat(512)).issuer()).hasSize(512);
    for (String bad : List.of("", "i".repeat(513), "a\nb", "a\0b", "\ud800", "\u0085")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> issuedBy(bad))
          .withMessageContaining("issuer");
    }
  }

  @Test
  void roles_comeInOrderOfTheirNames() {
    Set<Role> roles = new LinkedHashSet<>(List.of(new Role("b"), new Role("c"), new Role("a")));

    assertThat(with(roles, Map.of()).roles())
        .containsExactly(new Role("a"), new Role("b"), new Role("c"));
  }

  @Test
  void roles_moreThanSixtyFour_areRefused() {
    Set<Role> roles = new LinkedHashSet<>();
    for (int i = 0; i < 64; i++) {
      roles.add(new Role("r" + i));
    }
    assertThat(with(roles, Map.of()).roles()).hasSize(64);
    roles.add(new Role("more"));
    assertThatIllegalArgumentException().isThrownBy(() -> with(roles, Map.of()));
  }

  @Test
  void customClaims_areCopied() {
    List<String> list = new ArrayList<>(List.of("a"));
    Map<String, Object> custom = new HashMap<>(Map.of("list", list, "n", 1));
    AccessClaims claims = with(Set.of(), custom);
    list.add("b");
    custom.put("later", true);

    assertThat(claims.custom()).isEqualTo(Map.of("list", List.of("a"), "n", 1L));
    assertThatThrownBy(() -> claims.custom().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> claims.roles().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void customClaims_withReservedNames_areRefused() {
    for (String name : AccessClaims.RESERVED) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> with(Set.of(), Map.of(name, "x")))
          .withMessageContaining("reserved");
    }
    assertThat(AccessClaims.RESERVED).containsAll(with(Set.of(), Map.of()).toJson().keySet());
  }

  @Test
  void customClaims_withOddNames_areRefused() {
    for (String name : List.of("", " ", "a b", "é", "a\"b", "n".repeat(65), "a\n")) {
      assertThatIllegalArgumentException().isThrownBy(() -> with(Set.of(), Map.of(name, "x")));
    }
    assertThat(with(Set.of(), Map.of("https://shop.example/x_1-a", "x")).custom()).hasSize(1);
  }

  @Test
  void customClaims_ofOtherTypesOrTooLarge_areRefused() {
    List<Object> bad =
        List.of(
            'c',
            1.5f,
            (short) 1,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Map.of(),
            Set.of("a"),
            List.of(1),
            List.of(List.of()),
            NOW,
            new byte[1],
            "x".repeat(1025),
            "\udc00",
            List.of("x".repeat(1025)),
            Collections.nCopies(65, "x"));
    for (Object value : bad) {
      assertThatIllegalArgumentException().isThrownBy(() -> with(Set.of(), Map.of("x", value)));
    }
    assertThat(with(Set.of(), Map.of("x", Collections.nCopies(64, "y"))).custom()).hasSize(1);
  }

  @Test
  void customClaims_moreThanThirtyTwo_areRefused() {
    Map<String, Object> custom = new HashMap<>();
    for (int i = 0; i < 32; i++) {
      custom.put("c" + i, i);
    }
    assertThat(with(Set.of(), custom).custom()).hasSize(32);
    custom.put("more", 1);
    assertThatIllegalArgumentException().isThrownBy(() -> with(Set.of(), custom));
  }

  @Test
  void claims_comeBackFromTheirJson() {
    AccessClaims claims = with(Set.of(new Role("a")), Map.of("x", 1, "y", List.of("z")));

    assertThat(AccessClaims.fromJson(claims.toJson())).contains(claims);
  }

  private static AccessClaims at(Instant from, Instant to) {
    return claims("issuer", from, to, Set.of(), Map.of());
  }

  private static AccessClaims issuedBy(String issuer) {
    return claims(issuer, NOW, NOW.plusSeconds(60), Set.of(), Map.of());
  }

  private static AccessClaims with(Set<Role> roles, Map<String, Object> custom) {
    return claims("issuer", NOW, NOW.plusSeconds(60), roles, custom);
  }

  private static AccessClaims claims(
      String issuer, Instant from, Instant to, Set<Role> roles, Map<String, Object> custom) {
    return new AccessClaims(
        issuer,
        new AccountId("a"),
        "audience",
        from,
        from,
        to,
        "jti",
        from,
        "client",
        new DeviceId(Base64Url.encode(new byte[32])),
        "session",
        roles,
        custom);
  }
}
