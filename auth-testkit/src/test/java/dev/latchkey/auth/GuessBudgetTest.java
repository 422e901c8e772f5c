package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.OtpPolicy;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.testkit.TestLatchkey;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuessBudgetTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Thresholds NO_BREAKER = new Thresholds(MINUTE, 900_000, 1, MINUTE);

  private static GuessBudget standard() {
    return GuessBudget.of(OtpPolicy.standard(), Limits.standard(), Thresholds.DEFAULT);
  }

  private static GuessBudget with(OtpPolicy otp) {
    return GuessBudget.of(otp, Limits.standard(), Thresholds.DEFAULT);
  }

  private static GuessBudget with(Thresholds breaker) {
    return GuessBudget.of(OtpPolicy.standard(), Limits.standard(), breaker);
  }

  private static GuessBudget with(LockoutTable table) {
    return GuessBudget.of(table, OtpPolicy.standard(), Limits.standard(), Thresholds.DEFAULT);
  }

  private static LockoutTable ceiling(int ceiling) {
    LockoutTable table = LockoutTable.of(LockoutPolicy.standard());
    return new LockoutTable(
        table.penalties(), ceiling, table.ceilingWindow(), table.ceilingLock(), table.memory());
  }

  private static void assertTrials(double chance, double trials) {
    assertThat(chance * 1e6).isCloseTo(trials, within(1e-3));
  }

  @Test
  void account_inAYear_takesTheCeilingInEachWindowAgainstTwoCodes() {
    assertTrials(standard().accountYear(), (99 * 5 + 1) * 2);
  }

  @Test
  void account_inADay_takesEveryMailedCodeItsFiveGuesses() {
    assertTrials(standard().accountDay(), (10 + 3) * 5);
  }

  @Test
  void account_whoseOwnerStaysAway_takesWhatTheTableLets() {
    // 15 on the first day, one a day to the 99th on day 84; the next 15 when those leave the
    // window, on day 90, and so on with one a day.
    assertThat(standard().patientYear()).isBetween(740e-6, 760e-6);
  }

  @Test
  void account_withAStolenDevice_takesOneMoreLaneEachTimeThatItIsForgotten() {
    assertTrials(standard().stolenDeviceYear(), 15 * 5 * 2);
  }

  @Test
  void service_sprayed_takesTheBurstOfEachCycleAndWhatIsBelowTheBreaker() {
    double cycles = 24 * 60 / 16.0;
    double trials = cycles * (4000 * 2 + 300 * 2 * 5);
    double longCodes = 800 * 24 * 60 * 5 / Math.pow(2, 40);

    assertThat(standard().takeOversADay()).isCloseTo(trials / 1e6 + longCodes, within(1e-9));
  }

  @Test
  void service_withALongCalm_takesWhatIsBelowTheBreaker() {
    Thresholds patient = new Thresholds(MINUTE, 300, 100, Duration.ofHours(10));

    assertThat(with(patient).takeOversADay()).isCloseTo(0.864, within(1e-4));
  }

  @Test
  void service_withoutBreaker_takesEveryCodeItsFiveGuesses() {
    assertThat(with(NO_BREAKER).takeOversADay()).isCloseTo(800 * 1440 * 5 / 1e6, within(1e-4));
  }

  @Test
  void account_whenNoTwoCodesLiveTogether_isHalfAsLikelyGuessed() {
    OtpPolicy one =
        OtpPolicy.standard()
            .codeLifetime(Duration.ofSeconds(30))
            .resendAfter(Duration.ofSeconds(30));

    assertTrials(with(one).accountYear(), 99 * 5 + 1);
  }

  @Test
  void account_whenTheTableLocksNothing_isStillHeldByTheCeiling() {
    GuessBudget budget = with(OtpPolicy.standard().lockout(failures -> Penalty.NONE));

    assertTrials(budget.accountYear(), (99 * 5 + 1) * 2);
    assertTrials(budget.patientYear(), (99 * 5 + 1) * 2);
  }

  @Test
  void account_whenTheFirstWrongCodeReachesTheCeiling_takesOneGuess() {
    assertTrials(with(ceiling(1)).accountYear(), 2);
    assertTrials(with(ceiling(1)).patientYear(), 2);
  }

  @Test
  void account_whenFewMailsGoOut_isHeldByThem() {
    Limits few = Limits.builder().sendIdentifier(Quota.of(1, Duration.ofDays(30))).build();

    assertTrials(
        GuessBudget.of(OtpPolicy.standard(), few, Thresholds.DEFAULT).accountYear(), (13 + 1) * 5);
  }

  @Test
  void standard_isAffordable() {
    assertThat(standard().refusal(GuessBudget.Bounds.DEFAULT)).isEmpty();
  }

  @Test
  void refusal_atTheBoundItself_isNone() {
    GuessBudget budget = standard();
    double accountYear = budget.accountYear();
    double takeOvers = budget.takeOversADay();

    assertThat(budget.refusal(new GuessBudget.Bounds(accountYear, takeOvers))).isEmpty();
    assertThat(budget.refusal(new GuessBudget.Bounds(Math.nextDown(accountYear), takeOvers)))
        .isPresent();
    assertThat(budget.refusal(new GuessBudget.Bounds(accountYear, Math.nextDown(takeOvers))))
        .isPresent();
  }

  @Test
  void refusal_ofAHighCeiling_namesTheAccountYearAndTheCeiling() {
    assertThat(with(ceiling(128)).refusal(GuessBudget.Bounds.DEFAULT))
        .hasValueSatisfying(
            sentence ->
                assertThat(sentence)
                    .startsWith(
                        "the chance to guess one account in a year is 0.00127, past the bound of"
                            + " 0.00100; what drives it is the ceiling of the lockout,"
                            + " LockoutTable.ceiling: 128 wrong codes"));
  }

  @Test
  void refusal_ofAHighCeilingWithFewMails_namesTheMails() {
    Limits few = Limits.builder().sendIdentifier(Quota.of(1, Duration.ofDays(1))).build();
    GuessBudget budget =
        GuessBudget.of(ceiling(128), OtpPolicy.standard().maxAttempts(1), few, Thresholds.DEFAULT);

    assertThat(budget.refusal(new GuessBudget.Bounds(1e-4, 1)))
        .hasValueSatisfying(
            sentence -> assertThat(sentence).contains("what drives it is Limits.sendIdentifier"));
  }

  @Test
  void build_withoutBreaker_isRefusedAndNamesTheMails() {
    assertThatIllegalStateException()
        .isThrownBy(() -> TestLatchkey.create(builder -> builder.breaker(NO_BREAKER)))
        .withMessageStartingWith(
            "the number of accounts taken over a day by spraying the whole service is 5.76, past"
                + " the bound of 1.00; what drives it is Limits.sendGlobal with"
                + " OtpPolicy.maxAttempts: strangers may have 1152000 codes a day mailed");
  }

  @Test
  void build_withADullBreaker_isRefusedAndNamesItsThreshold() {
    Thresholds dull = new Thresholds(MINUTE, 400, 100, Duration.ofHours(1));

    assertThatIllegalStateException()
        .isThrownBy(() -> TestLatchkey.create(builder -> builder.breaker(dull)))
        .withMessageContaining("is 1.15, past the bound of 1.00")
        .withMessageContaining("what drives it is Thresholds.on of the breaker: 400 wrong codes");
  }

  @Test
  void build_withABreakerThatCalmsAtOnce_isRefusedAndNamesWhatIsAliveWhenItTrips() {
    Thresholds hasty = new Thresholds(MINUTE, 300, 100, MINUTE);

    assertThatIllegalStateException()
        .isThrownBy(() -> TestLatchkey.create(builder -> builder.breaker(hasty)))
        .withMessageContaining("4000 codes may be alive when it trips, once in PT7M");
  }

  @Test
  void build_whenTheHostAcceptsIt_isDone() {
    TestLatchkey test =
        TestLatchkey.create(builder -> builder.breaker(NO_BREAKER).acceptGuessBudget(1e-3, 6));

    assertThat(test.latchkey().guessBudget().takeOversADay()).isGreaterThan(5);
  }

  @Test
  void build_whenTheHostAcceptsLess_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> TestLatchkey.create(builder -> builder.acceptGuessBudget(1e-4, 1)));
  }

  @Test
  void accept_ofNothing_isRefused() {
    for (double nothing : List.of(0.0, -1.0, Double.NaN)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Latchkey.builder().acceptGuessBudget(nothing, 1));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Latchkey.builder().acceptGuessBudget(1, nothing));
    }
  }

  @Test
  void toString_saysEveryNumber() {
    assertThat(standard())
        .hasToString(
            "guess budget: one account 6.50e-05 a day, 0.000992 a year (0.000748 if its owner never"
                + " signs in, and 0.000150 more for each stolen device token); the whole service"
                + " 0.990 take-overs a day");
  }
}
