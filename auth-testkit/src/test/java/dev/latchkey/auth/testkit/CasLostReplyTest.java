package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.cas.CasStores;
import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.otp.CodeForm;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OpenAnswer;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A third of all replies is lost. The seed of a failure stands in its message. */
@DisplayName("Stores over compare-and-set whose replies get lost")
class CasLostReplyTest {
  private static final OtpRules RULES =
      OtpRules.of(LockoutTable.of(LockoutPolicy.standard()), 5, 8, Duration.ofSeconds(30));
  private static final int SEEDS = 300;

  private static CasStores lossy(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    MutableClock clock = MutableClock.create();
    return CasStores.over(new CasNetwork(clock, () -> random.nextInt(3) == 0), clock);
  }

  /** Empty if nobody knows what happened. */
  private static <A> Optional<A> ask(Supplier<A> call) {
    try {
      return Optional.of(call.get());
    } catch (StoreUnavailableException e) {
      assertThat(e.retryable()).isTrue();
      return Optional.empty();
    }
  }

  @Test
  @DisplayName("take the right code at most once, and open no challenge twice")
  void rightCode_triedAgainAfterEachOutage_isTakenAtMostOnce() {
    int taken = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      CasStores stores = lossy(seed);
      LiveCode code = new LiveCode(Samples.code(1), START, START.plus(Duration.ofMinutes(5)));
      Guess guess =
          new Guess(
              Samples.challenge(1),
              CodeForm.SIX_DIGITS,
              Samples.code(1),
              Optional.empty(),
              Samples.device(1),
              Samples.lock(1));
      Optional<OpenAnswer> opened = Optional.empty();
      while (opened.isEmpty()) {
        opened =
            ask(
                () ->
                    stores
                        .otp()
                        .open(
                            Samples.identity(1),
                            Samples.challenge(1),
                            code,
                            Optional.empty(),
                            RULES,
                            START));
      }
      assertThat(opened).hasValue(new OpenAnswer.Opened());
      List<GuessAnswer> answers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        ask(() -> stores.otp().guess(Samples.identity(1), guess, RULES, START))
            .ifPresent(answers::add);
      }
      long right = answers.stream().filter(GuessAnswer.Right.class::isInstance).count();
      assertThat(right).as("seed %d", seed).isLessThanOrEqualTo(1);
      assertThat(answers.stream().skip(right))
          .as("seed %d: right first or never, and expired from then on", seed)
          .allMatch(GuessAnswer.Expired.class::isInstance);
      taken += (int) right;
    }
    assertThat(taken).as("some of both").isBetween(1, SEEDS - 1);
  }

  @Test
  @DisplayName("admit no more than the limit, whoever asks again")
  void limit_askedAgainAfterEachOutage_isNeverPassed() {
    List<Quota> three = List.of(Quota.of(3, Duration.ofMinutes(5)));
    Subject subject = new Subject("send.ip", "192.0.2.1");
    for (long seed = 1; seed <= SEEDS; seed++) {
      CasStores stores = lossy(seed);
      int admitted = 0;
      for (int i = 0; i < 20; i++) {
        admitted +=
            (int)
                ask(() -> stores.rateLimits().acquire(subject, three, START)).stream()
                    .filter(RateDecision.Admitted.class::isInstance)
                    .count();
      }
      assertThat(admitted).as("seed %d", seed).isLessThanOrEqualTo(3);
    }
  }
}
