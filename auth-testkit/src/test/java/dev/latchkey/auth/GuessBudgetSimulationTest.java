package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.delivery.Message;
import dev.latchkey.auth.delivery.Receipt;
import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.TestLatchkey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * An attacker who uses all that the default configuration allows, in virtual time, against the real
 * façade: what he gets is never more than the budget says, and not much less. What he gets is
 * counted in trials, a compared guess against a live code, since a million of them is a take-over.
 */
class GuessBudgetSimulationTest {
  private static final long SEED = Long.getLong("latchkey.seed", 1);
  private static final String OWNER = "owner@example.com";
  private static final Duration YEAR = Duration.ofDays(365);
  private static final Duration WINDOW = Duration.ofDays(90);
  private static final int CEILING = 100;

  private final AtomicInteger compared = new AtomicInteger();
  private final AtomicBoolean breaker = new AtomicBoolean();
  private final Map<EmailAddress, Deque<String>> mailed = new HashMap<>();
  private final TestLatchkey test =
      TestLatchkey.create(builder -> builder.listener(this::watch).codeSender(this::keep));
  private final Latchkey latchkey = test.latchkey();
  private final MutableClock clock = test.clock();
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Deque<Instant> guesses = new ArrayDeque<>();
  private int trials;

  private void watch(AuthEvent event) {
    if (event instanceof AuthEvent.BreakerTripped) {
      breaker.set(true);
    } else if (event instanceof AuthEvent.GuessFailed) {
      compared.incrementAndGet();
    }
  }

  /** A challenge as its holder knows it: its handle, and when its codes were mailed. */
  private record Held(String email, String handle, List<Instant> mailed) {
    int alive(Instant now) {
      return (int)
          mailed.stream().filter(at -> now.isBefore(at.plus(Duration.ofMinutes(5)))).count();
    }
  }

  private ClientInfo anywhere() {
    int n = random.nextInt(1 << 24);
    return ClientInfo.of("10.%d.%d.%d".formatted(n >> 16, n >> 8 & 0xff, n & 0xff));
  }

  private void waitFor(Duration time) {
    clock.advance(time.plusMillis(random.nextInt(1, 50)));
  }

  /** Two live codes in one challenge, however long the limits and locks make him wait. */
  private Held twoCodes(String email) {
    RequestCodeResult.Sent first = sent(email, "");
    Instant at = clock.instant();
    waitFor(first.resendIn());
    RequestCodeResult.Sent second = sent(email, first.challenge().revealText());
    List<Instant> mailed = new ArrayList<>(List.of(at, clock.instant()));
    return new Held(email, second.challenge().revealText(), mailed);
  }

  private RequestCodeResult.Sent sent(String email, String challenge) {
    while (true) {
      RequestCodeResult result =
          challenge.isEmpty()
              ? latchkey.requestCode(email, anywhere())
              : latchkey.resendCode(email, challenge, anywhere());
      if (result instanceof RequestCodeResult.Sent sent) {
        return sent;
      }
      if (result instanceof RequestCodeResult.Limited limited) {
        waitFor(limited.retryAfter());
      } else {
        waitFor(((RequestCodeResult.Locked) result).retryAfter());
      }
    }
  }

  /** The newest two codes of each address: all that may be alive in one challenge. */
  private Receipt keep(Message message) {
    if (message instanceof Message.Code code) {
      Deque<String> codes = codes(message.to());
      codes.addLast(code.code().revealText());
      if (codes.size() > 2) {
        codes.removeFirst();
      }
    }
    return new Receipt.Accepted("kept");
  }

  private VerifyCodeResult guess(Held held) {
    int alive = held.alive(clock.instant());
    int before = compared.get();
    VerifyCodeResult result = latchkey.verifyCode(held.handle(), wrong(held.email()), anywhere());
    if (compared.get() > before) {
      trials += alive;
      guesses.addLast(clock.instant());
    }
    return result;
  }

  /** Any code but those that are right, so that the attack goes on. */
  private String wrong(String email) {
    Deque<String> right = codes(email);
    while (true) {
      String code = "%06d".formatted(random.nextInt(1_000_000));
      if (!right.contains(code)) {
        return code;
      }
    }
  }

  private Deque<String> codes(EmailAddress address) {
    return mailed.computeIfAbsent(address, to -> new ArrayDeque<>());
  }

  private Deque<String> codes(String email) {
    return codes(EmailAddress.parse(email).orElseThrow());
  }

  /** Holds back one guess before the ceiling, which would end it all. */
  private void holdBack(Instant end) {
    while (!guesses.isEmpty() && !guesses.getFirst().plus(WINDOW).isAfter(clock.instant())) {
      guesses.removeFirst();
    }
    if (guesses.size() >= CEILING - 1) {
      Instant free = guesses.getFirst().plus(WINDOW);
      if (free.isBefore(end)) {
        clock.set(free.plusMillis(1));
      }
    }
  }

  private boolean isBefore(Instant end) {
    return clock.instant().isBefore(end);
  }

  @Test
  void stranger_atOneAccountForAYear_getsWhatTheBudgetSays_within3Percent() {
    Instant end = clock.instant().plus(YEAR);
    Held held = twoCodes(OWNER);
    while (isBefore(end)) {
      holdBack(end);
      if (held.alive(clock.instant()) < 2) {
        held = twoCodes(OWNER);
      }
      VerifyCodeResult result = guess(held);
      if (result instanceof VerifyCodeResult.WrongCode wrong) {
        waitFor(wrong.retryAfter());
      } else if (result instanceof VerifyCodeResult.Locked locked) {
        waitFor(locked.retryAfter());
      } else {
        held = twoCodes(OWNER);
      }
    }

    double computed = latchkey.guessBudget().patientYear() * 1e6;
    assertThat((double) trials).as("seed %d", SEED).isBetween(computed * 0.97, computed);
  }

  @Test
  void stranger_whomTheOwnerHelpsWithoutKnowing_getsWhatTheBudgetSays_within20Percent() {
    Instant end = clock.instant().plus(YEAR);
    Held held = twoCodes(OWNER);
    int sinceOwner = 0;
    while (isBefore(end)) {
      holdBack(end);
      if (held.alive(clock.instant()) < 2) {
        held = twoCodes(OWNER);
      }
      VerifyCodeResult result = guess(held);
      if (result instanceof VerifyCodeResult.WrongCode wrong) {
        waitFor(wrong.retryAfter());
        sinceOwner++;
      } else if (result instanceof VerifyCodeResult.Locked locked) {
        waitFor(locked.retryAfter());
      } else {
        held = twoCodes(OWNER);
      }
      if (sinceOwner == 2) {
        ownerSignsIn();
        sinceOwner = 0;
      }
    }

    double computed = latchkey.guessBudget().accountYear() * 1e6;
    assertThat((double) trials).as("seed %d", SEED).isBetween(computed * 0.8, computed);
  }

  /** From a new browser each time, or else her lane would be another. */
  private void ownerSignsIn() {
    RequestCodeResult.Sent asked = sent(OWNER, "");
    latchkey.verifyCode(asked.challenge().revealText(), codes(OWNER).getLast(), anywhere());
  }

  private Held opened(String email) {
    RequestCodeResult.Sent sent = sent(email, "");
    return new Held(email, sent.challenge().revealText(), List.of(clock.instant()));
  }

  private Held resent(Held held) {
    RequestCodeResult.Sent sent = sent(held.email(), held.handle());
    List<Instant> mailed = List.of(held.mailed().get(0), clock.instant());
    return new Held(held.email(), sent.challenge().revealText(), mailed);
  }

  private List<Held> opened(int slot, int count) {
    List<Held> batch = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batch.add(opened("victim-%d-%d@example.com".formatted(slot, i)));
    }
    return batch;
  }

  @Test
  void sprayer_whoStaysBelowTheBreaker_getsWhatTheBudgetSays_within20Percent() {
    Deque<List<Held>> opened = new ArrayDeque<>();
    Deque<List<Held>> guessed = new ArrayDeque<>();
    int minutes = 10;
    for (int second = 0; second < minutes * 60 + 30; second++) {
      // 96 challenges a minute, three guesses each: what no 62 seconds raise above 300.
      opened.addLast(opened(second, second % 5 % 2 == 0 ? 2 : 1));
      if (second >= 30) {
        List<Held> ready = opened.removeFirst().stream().map(this::resent).toList();
        ready.forEach(this::guess);
        ready.forEach(this::guess);
        guessed.addLast(ready);
      }
      if (guessed.size() > 2) {
        guessed.removeFirst().forEach(this::guess);
      }
      clock.advance(Duration.ofSeconds(1));
    }

    double aDay = trials * 24.0 * 60 / minutes;
    double computed = latchkey.guessBudget().takeOversADay() * 1e6;
    assertThat(breaker).isFalse();
    assertThat(aDay).as("seed %d", SEED).isBetween(computed * 0.8, computed);
  }

  @Test
  void sprayer_whoGoesThroughTheBreaker_getsNoMoreThanTheBudgetSays() {
    List<Held> open = new ArrayList<>();
    for (int minute = 0; minute < 5; minute++) {
      List<Held> batch = opened(minute, 400);
      clock.advance(Duration.ofSeconds(30));
      batch.forEach(held -> open.add(resent(held)));
      clock.advance(Duration.ofSeconds(minute < 4 ? 30 : 15));
    }
    open.forEach(this::guess);
    open.forEach(this::guess);

    double aDay = trials * 24.0 * 60 / 16;
    assertThat(breaker).isTrue();
    // All codes that were alive took a guess, and no more than the first three hundred took others.
    assertThat(trials).isBetween(4000, 4000 + 300 * 2);
    assertThat(aDay).isLessThan(latchkey.guessBudget().takeOversADay() * 1e6);
    assertThat(sent("late@example.com", "").codeLength()).isEqualTo(8);
  }
}
