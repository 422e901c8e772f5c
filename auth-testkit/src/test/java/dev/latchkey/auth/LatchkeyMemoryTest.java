package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.ratelimit.LimiterOutage;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.TestLatchkey;
import dev.latchkey.auth.testkit.Thorough;
import dev.latchkey.auth.token.IssuedTokens;
import dev.latchkey.auth.token.TokenCheck;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Very many addresses fill no heap, and push out nothing that was there before. */
class LatchkeyMemoryTest {
  private static final String LOCKED = "locked@example.com";
  private static final String MEMBER = "member@example.com";
  private static final String GONE = "gone@example.com";
  private static final String USED_UP = "used.up@example.com";
  private static final String UNLUCKY = "unlucky@example.com";
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final int addresses = Thorough.rounds(2_500, 1_000_000);
  private final int capacity = Thorough.rounds(600, 100_000);

  /** Limits and thresholds that do not stop the flood: the stores alone are to bear it. */
  private TestLatchkey create(LimiterOutage outage) {
    return TestLatchkey.create(
        builder ->
            builder
                .stores(InMemoryStores.create(MutableClock.create(), capacity))
                .acceptGuessBudget(1, 1_000_000)
                .limiterOutage(outage)
                .breaker(new Thresholds(MINUTE, 900_000, 1, MINUTE))
                .limits(Limits.builder().sendGlobal(Quota.of(1_000_000, MINUTE)).build()));
  }

  @Test
  void flood_thatIsRefusedWhenLimitsAreFull_isBoundedAndPushesNothingOut() {
    flood(create(LimiterOutage.deny()));
  }

  @Test
  void flood_thatGoesOnWhenLimitsAreFull_isBoundedAndPushesNothingOut() {
    flood(create(LimiterOutage.allowUnlimited()));
  }

  private void flood(TestLatchkey test) {
    Latchkey latchkey = test.latchkey();
    Crowd crowd = new Crowd(test);
    ClientInfo guesser = crowd.next();
    String unlucky = crowd.challenge(UNLUCKY);
    latchkey.verifyCode(unlucky, crowd.wrongCode(UNLUCKY), guesser);
    crowd.useUpCodes(USED_UP);
    IssuedTokens gone = test.signIn(GONE, guesser).tokens();
    latchkey.signOut(
        Optional.of(gone.accessToken().revealText()),
        Optional.empty(),
        SignOutResult.Scope.ALL,
        on(guesser, gone));
    IssuedTokens member = test.signIn(MEMBER, guesser).tokens();
    ClientInfo device = on(guesser, member);
    test.signIn(MEMBER, device);
    member = refreshed(latchkey, member, device);
    crowd.fail(LOCKED, 3);

    int served = serve(latchkey, crowd);

    assertThat(served).as("served before the stores were full").isBetween(1, capacity);
    assertThat(latchkey.requestCode(LOCKED, guesser)).isInstanceOf(RequestCodeResult.Locked.class);
    assertThat(latchkey.authenticate(member.accessToken().revealText(), device))
        .isInstanceOf(TokenCheck.Accepted.class);
    refreshed(latchkey, member, device);
    assertThat(latchkey.authenticate(gone.accessToken().revealText(), on(guesser, gone)))
        .isEqualTo(new TokenCheck.Refused(TokenCheck.Reason.REVOKED));
    assertThat(latchkey.requestCode(USED_UP, guesser))
        .isInstanceOf(RequestCodeResult.Limited.class);
    assertThat(latchkey.verifyCode(unlucky, crowd.wrongCode(UNLUCKY), guesser))
        .isEqualTo(new VerifyCodeResult.WrongCode(1, Duration.ofSeconds(2)));
    assertThat(test.signIn(MEMBER, device).newAccount()).isFalse();
  }

  /** Each address is asked for and guessed at once; gives how many were let. */
  private int serve(Latchkey latchkey, Crowd crowd) {
    SplittableRandom random = new SplittableRandom(addresses);
    int served = 0;
    int full = 0;
    for (int i = 0; i < addresses; i++) {
      String email = Long.toUnsignedString(random.nextLong(), 36) + "@example.net";
      try {
        if (latchkey.requestCode(email, crowd.next()) instanceof RequestCodeResult.Sent sent) {
          served++;
          latchkey.verifyCode(sent.challenge().revealText(), "000000", crowd.next());
        }
      } catch (StoreUnavailableException e) {
        full++;
      }
    }
    assertThat(full).as("refused when the stores were full").isPositive();
    return served;
  }

  private static ClientInfo on(ClientInfo client, IssuedTokens tokens) {
    return client.deviceToken(tokens.device().text().revealText());
  }

  private static IssuedTokens refreshed(Latchkey latchkey, IssuedTokens tokens, ClientInfo device) {
    RefreshResult result = latchkey.refresh(tokens.refreshToken().revealText(), device);
    assertThat(result).isInstanceOf(RefreshResult.Refreshed.class);
    return ((RefreshResult.Refreshed) result).tokens();
  }

  @Test
  void newcomer_whenTheStoresAreFull_isRefused_andServedWhenOldRecordsHaveExpired() {
    TestLatchkey test = create(LimiterOutage.deny());
    Crowd crowd = new Crowd(test);
    serve(test.latchkey(), crowd);
    assertThatThrownBy(() -> crowd.ask(MEMBER)).isInstanceOf(StoreUnavailableException.class);

    test.clock().advance(Duration.ofDays(91));

    assertThat(crowd.ask(MEMBER)).isInstanceOf(RequestCodeResult.Sent.class);
  }
}
