package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.RefreshResult;
import dev.latchkey.auth.RequestCodeResult;
import dev.latchkey.auth.VerifyCodeResult;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.key.KeyRing;
import dev.latchkey.auth.key.RotationPolicy;
import dev.latchkey.auth.key.SigningAlgorithm;
import dev.latchkey.auth.token.IssuedTokens;
import dev.latchkey.auth.token.TokenCheck;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What several nodes over one bundle of stores promise about their keys. Extended by store authors:
 * give it fresh stores, and every test must pass.
 */
@DisplayName("A fleet over these stores")
public abstract class FleetContract {
  private static final String ISSUER = "https://fleet.test";
  private static final String ADA = "ada@example.com";
  private static final ClientInfo CLIENT = ClientInfo.of("192.0.2.1");
  private static final String OLD_SECRET = "the-old-master-secret-of-32-bytes-or-more";
  private static final String NEW_SECRET = "the-new-master-secret-of-32-bytes-or-more";

  /** Makes a key in a millisecond, so that a test can rotate many. */
  private static final RotationPolicy ROTATION =
      RotationPolicy.builder().algorithm(SigningAlgorithm.ES256).build();

  private final MutableClock clock = MutableClock.create();
  private final CapturedMailbox mailbox = CapturedMailbox.create();
  private AuthStores stores;

  /** Made by test frameworks, which call subclasses only. */
  protected FleetContract() {}

  /**
   * Fresh stores, with nothing in them that another test has put there.
   *
   * @param clock the time of the test; whatever of the stores asks a clock asks this one
   * @return the stores
   */
  protected abstract AuthStores stores(Clock clock);

  @BeforeEach
  final void openStores() {
    stores = stores(clock);
  }

  private Latchkey node(String secrets) {
    return Latchkey.builder()
        .issuer(ISSUER)
        .secret(MasterSecret.ofText(secrets))
        .rotation(ROTATION)
        .stores(stores)
        .clock(clock)
        .codeSender(mailbox)
        .build();
  }

  private static String ask(Latchkey node, String email) {
    RequestCodeResult asked = node.requestCode(email, CLIENT);
    assertThat(asked).isInstanceOf(RequestCodeResult.Sent.class);
    return ((RequestCodeResult.Sent) asked).challenge().revealText();
  }

  private IssuedTokens signIn(Latchkey node, String email) {
    VerifyCodeResult given = node.verifyCode(ask(node, email), mailbox.lastCode(email), CLIENT);
    assertThat(given).isInstanceOf(VerifyCodeResult.SignedIn.class);
    return ((VerifyCodeResult.SignedIn) given).tokens();
  }

  private static ClientInfo from(IssuedTokens tokens) {
    return CLIENT.deviceToken(tokens.device().text().revealText());
  }

  private static IssuedTokens refresh(Latchkey node, IssuedTokens tokens) {
    RefreshResult result = node.refresh(tokens.refreshToken().revealText(), from(tokens));
    assertThat(result).isInstanceOf(RefreshResult.Refreshed.class);
    return ((RefreshResult.Refreshed) result).tokens();
  }

  private static TokenCheck check(Latchkey node, IssuedTokens tokens) {
    return node.authenticate(tokens.accessToken().revealText(), from(tokens));
  }

  private static void assertAccepted(Latchkey node, IssuedTokens tokens) {
    assertThat(check(node, tokens)).isInstanceOf(TokenCheck.Accepted.class);
  }

  private KeyRing ring() {
    return stores.keys().read(ISSUER).orElseThrow();
  }

  @Test
  @DisplayName("nodes that start at once agree on one ring, and take each other's tokens")
  void build_onManyNodesAtOnce_agreesOnOneRing() {
    List<Latchkey> nodes = Race.of(8).run(i -> node(OLD_SECRET)).outcomes();

    assertThat(nodes.stream().map(Latchkey::jwks).distinct()).hasSize(1);
    assertThat(ring().signingKeys()).hasSize(1);
    IssuedTokens tokens = signIn(nodes.get(0), ADA);
    for (Latchkey node : nodes) {
      assertAccepted(node, tokens);
    }
    assertAccepted(nodes.get(3), refresh(nodes.get(7), tokens));
  }

  @Test
  @DisplayName("after a restart old tokens go on")
  void build_overAnOldRing_acceptsOldTokens() {
    IssuedTokens tokens = signIn(node(OLD_SECRET), ADA);

    Latchkey restarted = node(OLD_SECRET);

    assertAccepted(restarted, tokens);
    assertAccepted(restarted, refresh(restarted, tokens));
  }

  @Test
  @DisplayName("while keys rotate on two nodes, no valid token is refused")
  void rotate_whileTokensAreUsed_refusesNone() {
    Latchkey one = node(OLD_SECRET);
    Latchkey two = node(OLD_SECRET);
    Deque<IssuedTokens> inUse = new ArrayDeque<>();
    inUse.add(signIn(one, ADA));
    Set<String> keysSeen = new HashSet<>();
    Instant end = clock.instant().plus(ROTATION.period().multipliedBy(2)).plus(Duration.ofDays(1));
    while (clock.instant().isBefore(end)) {
      // Every token is used to its end, on the node that did not sign it too.
      IssuedTokens last = inUse.getLast();
      for (int minutes = 0; minutes < 15; minutes += 5) {
        assertAccepted(one, last);
        assertAccepted(two, last);
        clock.advance(Duration.ofMinutes(5));
      }
      keysSeen.add(keyOf(last));
      boolean nearRotation = isNearRotation();
      clock.advance(nearRotation ? Duration.ZERO : Duration.ofHours(20));
      IssuedTokens next =
          isOver(last) ? signIn(two, ADA) : refresh(keysSeen.size() % 2 == 0 ? one : two, last);
      assertAccepted(one, next);
      assertAccepted(two, next);
      inUse.add(next);
    }
    assertThat(keysSeen).hasSizeGreaterThanOrEqualTo(3);
    assertThat(one.jwks()).isEqualTo(two.jwks());
  }

  private boolean isOver(IssuedTokens tokens) {
    return stores.sessions().list(account(), clock.instant()).stream()
        .noneMatch(session -> session.id().equals(tokens.session()));
  }

  private AccountId account() {
    return stores.accounts().signIn(EmailAddress.parse(ADA).orElseThrow()).account().id();
  }

  private boolean isNearRotation() {
    return ring().signingKeys().size() > 1;
  }

  private static String keyOf(IssuedTokens tokens) {
    String header = tokens.accessToken().revealText().split("\\.", -1)[0];
    return new String(Base64.getUrlDecoder().decode(header), StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("a rolling change of the master secret interrupts no lock, session or challenge")
  void build_withANewSecretNodeByNode_goesOn() {
    Latchkey one = node(OLD_SECRET);
    Latchkey two = node(OLD_SECRET);
    IssuedTokens session = signIn(one, ADA);
    lock(one, "locked@example.com");
    String challenge = ask(one, "grace@example.com");
    String code = mailbox.lastCode("grace@example.com");

    one = node(NEW_SECRET + "," + OLD_SECRET);
    assertAccepted(one, session);
    assertAccepted(two, session);
    two = node(NEW_SECRET);

    assertThat(one.requestCode("locked@example.com", CLIENT))
        .isInstanceOf(RequestCodeResult.Locked.class);
    assertThat(two.requestCode("locked@example.com", CLIENT))
        .isInstanceOf(RequestCodeResult.Locked.class);
    assertThat(two.verifyCode(challenge, code, CLIENT))
        .isInstanceOf(VerifyCodeResult.SignedIn.class);
    IssuedTokens refreshed = refresh(two, session);
    assertAccepted(one, refreshed);
    assertAccepted(two, refreshed);
  }

  private void lock(Latchkey node, String email) {
    String challenge = ask(node, email);
    String wrong = mailbox.lastCode(email).equals("000000") ? "000001" : "000000";
    for (int i = 0; i < 3; i++) {
      node.verifyCode(challenge, wrong, CLIENT);
      clock.advance(Duration.ofSeconds(i == 1 ? 2 : 0));
    }
    assertThat(node.requestCode(email, CLIENT)).isInstanceOf(RequestCodeResult.Locked.class);
  }

  @Test
  @DisplayName("a secret that opens no ring stops the start, and makes no second ring")
  void build_withAWrongSecret_isRefused() {
    node(OLD_SECRET);
    KeyRing before = ring();

    assertThatThrownBy(() -> node(NEW_SECRET))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageNotContaining(NEW_SECRET);

    assertThat(Optional.of(before)).isEqualTo(stores.keys().read(ISSUER));
  }

  @Test
  @DisplayName("a new root key leaves what the old one made; dropping the old one ends it")
  void rotateRoot_keepsSessionsUntilTheOldRootIsDropped() {
    Latchkey one = node(OLD_SECRET);
    Latchkey two = node(OLD_SECRET);
    IssuedTokens session = signIn(one, ADA);
    String challenge = ask(one, "grace@example.com");
    one.keys().rotateRoot();
    clock.advance(Duration.ofMinutes(3));

    assertThat(two.verifyCode(challenge, mailbox.lastCode("grace@example.com"), CLIENT))
        .isInstanceOf(VerifyCodeResult.SignedIn.class);
    IssuedTokens refreshed = refresh(two, session);
    assertAccepted(one, refreshed);

    one.keys().dropRoot(ring().roots().get(0).id());
    clock.advance(Duration.ofMinutes(3));

    for (Latchkey node : List.of(one, two)) {
      assertThat(node.refresh(session.refreshToken().revealText(), from(session)))
          .isEqualTo(new RefreshResult.Refused(RefreshResult.Reason.INVALID));
      assertThat(check(node, refreshed))
          .isEqualTo(new TokenCheck.Refused(TokenCheck.Reason.WRONG_DEVICE));
    }
    signIn(two, ADA);
  }
}
