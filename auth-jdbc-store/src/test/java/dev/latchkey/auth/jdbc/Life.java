package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.RefreshResult;
import dev.latchkey.auth.RequestCodeResult;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.UnlockResult;
import dev.latchkey.auth.VerifyCodeResult;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.Role;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.OtpPolicy;
import dev.latchkey.auth.testkit.CapturedMailbox;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.TestLatchkey;
import dev.latchkey.auth.token.IssuedTokens;
import dev.latchkey.auth.token.TokenCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A whole life of an account, through every path, which leaves a row in every table; and how it
 * goes on later.
 */
final class Life {
  static final String ISSUER = "https://life.test";
  static final String LOCAL_PART = "ada.of.the.long.life";
  static final String DOMAIN = "life.example";
  static final String EMAIL = LOCAL_PART + "@" + DOMAIN;
  static final String BARRED = "barred.in." + EMAIL;

  private static final Duration LOCK = Duration.ofHours(1);

  private final MutableClock clock;
  private final JdbcStores stores;
  private final MasterSecret secret = MasterSecret.generate();
  private final CapturedMailbox mailbox = CapturedMailbox.create();
  private final List<String> tokens = new ArrayList<>();
  private Latchkey latchkey;
  private IssuedTokens kept;
  private String open;

  private Life(JdbcStores stores, MutableClock clock) {
    this.stores = stores;
    this.clock = clock;
    this.latchkey = node();
    this.kept = signIn(ClientInfo.of("192.0.2.1"));
    this.open = "";
  }

  /** Lives it. */
  static Life on(JdbcStores stores, MutableClock clock) {
    Life life = new Life(stores, clock);
    life.live();
    return life;
  }

  private Latchkey node() {
    return TestLatchkey.create(
            builder ->
                builder
                    .issuer(ISSUER)
                    .secret(secret)
                    .stores(stores)
                    .clock(clock)
                    .codeSender(mailbox)
                    .otp(OtpPolicy.standard().lockout(failures -> Penalty.lock(LOCK))))
        .latchkey();
  }

  private void live() {
    stores.accounts().bar(EmailAddress.parse(BARRED).orElseThrow());
    stores
        .accounts()
        .assignRoles(EmailAddress.parse(EMAIL).orElseThrow(), Set.of(new Role("keeper")));
    IssuedTokens first = kept;
    ClientInfo known = with(first);
    assertThat(latchkey.authenticate(first.accessToken().revealText(), known))
        .isInstanceOf(TokenCheck.Accepted.class);
    IssuedTokens second = signIn(known);
    refresh(first);
    assertThat(latchkey.refresh(first.refreshToken().revealText(), known))
        .isEqualTo(new RefreshResult.Refused(RefreshResult.Reason.REUSED));
    assertThat(latchkey.authenticate(second.accessToken().revealText(), known))
        .isEqualTo(new TokenCheck.Refused(TokenCheck.Reason.REVOKED));

    clock.advance(Duration.ofMinutes(6));
    String challenge = ask(ClientInfo.of("192.0.2.2"));
    assertThat(latchkey.verifyCode(challenge, wrongCode(), ClientInfo.of("192.0.2.2")))
        .isInstanceOf(VerifyCodeResult.Locked.class);
    String unlock = mailbox.lastUnlockToken(EMAIL);
    tokens.add(unlock);
    UnlockResult unlocked = latchkey.unlock(unlock, ClientInfo.of("192.0.2.3"));
    String device = ((UnlockResult.Unlocked) unlocked).device().text().revealText();
    tokens.add(device);
    IssuedTokens third = signIn(ClientInfo.of("192.0.2.3").deviceToken(device));
    IssuedTokens fourth = signIn(with(third));
    assertThat(
            latchkey.signOut(
                Optional.of(third.accessToken().revealText()),
                Optional.empty(),
                SignOutResult.Scope.SESSION,
                with(third)))
        .isInstanceOf(SignOutResult.SignedOut.class);
    TokenCheck live = latchkey.authenticate(fourth.accessToken().revealText(), with(fourth));
    latchkey.endToken(((TokenCheck.Accepted) live).claims());
    kept = fourth;
    open = ask(with(fourth));
  }

  /**
   * What was ended stays so, what was open goes on, and so do people, by a node that starts now.
   */
  void goesOn() {
    latchkey = node();
    assertThat(latchkey.authenticate(kept.accessToken().revealText(), with(kept)))
        .isEqualTo(new TokenCheck.Refused(TokenCheck.Reason.REVOKED));
    assertThat(latchkey.requestCode(EMAIL, ClientInfo.of("192.0.2.9")))
        .isInstanceOf(RequestCodeResult.Locked.class);
    VerifyCodeResult.SignedIn in = verified(open, with(kept));
    assertThat(in.newAccount()).isFalse();
    assertThat(in.account().roles()).containsExactly(new Role("keeper"));
    refresh(kept);
    assertThat(latchkey.requestCode(BARRED, ClientInfo.of("192.0.2.10")))
        .isInstanceOf(RequestCodeResult.Sent.class);
    assertThat(mailbox.codes(BARRED)).isEmpty();
  }

  /** All codes that were mailed. */
  List<String> codes() {
    return mailbox.codes(EMAIL);
  }

  /** All tokens that were given, of every kind, and names of challenges. */
  List<String> tokens() {
    return List.copyOf(tokens);
  }

  MasterSecret secret() {
    return secret;
  }

  private void refresh(IssuedTokens old) {
    RefreshResult refreshed = latchkey.refresh(old.refreshToken().revealText(), with(old));
    assertThat(refreshed).isInstanceOf(RefreshResult.Refreshed.class);
    remember(((RefreshResult.Refreshed) refreshed).tokens());
  }

  private static ClientInfo with(IssuedTokens tokens) {
    return ClientInfo.of("192.0.2.1").deviceToken(tokens.device().text().revealText());
  }

  private String ask(ClientInfo client) {
    RequestCodeResult asked = latchkey.requestCode(EMAIL, client);
    assertThat(asked).isInstanceOf(RequestCodeResult.Sent.class);
    String challenge = ((RequestCodeResult.Sent) asked).challenge().revealText();
    tokens.add(challenge);
    return challenge;
  }

  private IssuedTokens signIn(ClientInfo client) {
    return verified(ask(client), client).tokens();
  }

  private VerifyCodeResult.SignedIn verified(String challenge, ClientInfo client) {
    VerifyCodeResult verified = latchkey.verifyCode(challenge, mailbox.lastCode(EMAIL), client);
    assertThat(verified).isInstanceOf(VerifyCodeResult.SignedIn.class);
    VerifyCodeResult.SignedIn in = (VerifyCodeResult.SignedIn) verified;
    remember(in.tokens());
    return in;
  }

  private void remember(IssuedTokens issued) {
    tokens.add(issued.accessToken().revealText());
    tokens.add(issued.refreshToken().revealText());
    tokens.add(issued.device().text().revealText());
  }

  private String wrongCode() {
    return mailbox.lastCode(EMAIL).equals("000000") ? "000001" : "000000";
  }
}
