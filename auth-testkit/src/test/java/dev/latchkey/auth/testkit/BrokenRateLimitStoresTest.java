package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.ContractRun.failuresOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateDecision.Admitted;
import dev.latchkey.auth.ratelimit.RateDecision.Refused;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.ratelimit.RateLog;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Standing;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Surge;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.store.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Each store here has one defect, and the contract finds it. */
final class BrokenRateLimitStoresTest {
  @Test
  void aStoreWithoutADefect_passes_alsoWithTheDefaultForSeveralSubjects() {
    assertThat(failuresOf(Sound.class)).isEmpty();
  }

  @Test
  void aStoreThatReadsAndWritesApart_failsTheRaces() {
    assertThat(failuresOf(ReadsAndWritesApart.class, RateLimitStoreContract.Races.class))
        .contains("64 threads against a limit of 3: exactly 3 pass");
  }

  @Test
  void aStoreThatAdmitsAMillisecondTooSoon_fails() {
    assertThat(failuresOf(OneMillisecondEarly.class, RateLimitStoreContract.Windows.class))
        .contains("again when the oldest is as old as the window, not a millisecond sooner");
  }

  @Test
  void aStoreOfFixedWindows_fails() {
    assertThat(failuresOf(FixedWindows.class, RateLimitStoreContract.Windows.class))
        .contains("wherever the window begins: there is no moment at which two meet");
  }

  @Test
  void aStoreThatTakesBackTwice_fails() {
    assertThat(failuresOf(RefundsTwice.class, RateLimitStoreContract.Refunds.class))
        .contains("once, however often it is told");
  }

  @Test
  void aStoreThatKeepsWhatASeveralWasRefused_fails() {
    assertThat(failuresOf(KeepsTheRefused.class, RateLimitStoreContract.Several.class))
        .contains("and a refusal is recorded with none, whichever refuses");
  }

  @Test
  void aStoreThatBelievesTheClock_fails() {
    assertThat(failuresOf(BelievesTheClock.class, RateLimitStoreContract.ClockSteps.class))
        .contains("back an hour", "forth an hour and back again");
  }

  @Test
  void aStoreWithoutHysteresis_fails() {
    assertThat(failuresOf(NoHysteresis.class, RateLimitStoreContract.Surges.class))
        .contains(
            "until ten minutes after its last minute, to the millisecond",
            "and not sooner for 100 in a minute, which begin the ten minutes anew");
  }

  @Test
  void aStoreThatEndsASurgeSooner_fails() {
    assertThat(failuresOf(EndsSooner.class, RateLimitStoreContract.Surges.class))
        .contains("also when the clock steps back in the middle, and ends none sooner");
  }

  @Test
  void aStoreThatCountsASurgeApart_failsTheRace() {
    assertThat(failuresOf(CountsApart.class, RateLimitStoreContract.Surges.class))
        .containsExactly("of many that fail at once each is counted");
  }

  /** The rule, over a map. */
  private static class MapStore implements RateLimitStore {
    final Map<Subject, RateLog> logs = new ConcurrentHashMap<>();
    final Map<Subject, Surge> surges = new ConcurrentHashMap<>();

    @Override
    public RateDecision acquire(Subject subject, List<Quota> quotas, Instant now) {
      List<RateDecision> answer = new ArrayList<>(1);
      logs.compute(
          subject,
          (key, found) -> {
            Transition<RateLog, RateDecision> done =
                (found == null ? RateLog.EMPTY : found).admit(quotas, now);
            answer.add(done.answer());
            return done.record();
          });
      return answer.get(0);
    }

    @Override
    public void refund(Reservation reservation) {
      logs.computeIfPresent(reservation.subject(), (key, log) -> log.refund(reservation.stamp()));
    }

    @Override
    public Instant observe(Subject subject, Thresholds thresholds, Instant now) {
      List<Instant> answer = new ArrayList<>(1);
      surges.compute(
          subject,
          (key, found) -> {
            Transition<Surge, Instant> done =
                (found == null ? Surge.NONE : found).observe(thresholds, now);
            answer.add(done.answer());
            return done.record();
          });
      return answer.get(0);
    }

    @Override
    public Instant surgeUntil(Subject subject) {
      return surges.getOrDefault(subject, Surge.NONE).onUntil();
    }
  }

  static final class Sound extends RateLimitStoreContract {
    @Override
    protected RateLimitStore emptyStore() {
      return new MapStore();
    }
  }

  static final class ReadsAndWritesApart extends RateLimitStoreContract {
    @Override
    protected RateLimitStore emptyStore() {
      return new MapStore() {
        private final Gap gap = new Gap();

        @Override
        public RateDecision acquire(Subject subject, List<Quota> quotas, Instant now) {
          Transition<RateLog, RateDecision> done =
              logs.getOrDefault(subject, RateLog.EMPTY).admit(quotas, now);
          gap.cross();
          logs.put(subject, done.record());
          return done.answer();
        }
      };
    }
  }

  static final class OneMillisecondEarly extends RateLimitStoreContract {
    @Override
    protected RateLimitStore emptyStore() {
      return new MapStore() {
        @Override
        public RateDecision acquire(Subject subject, List<Quota> quotas, Instant now) {
          List<Quota> shorter =
              quotas.stream()
                  .map(quota -> Quota.of(quota.limit(), quota.period().minusMillis(1)))
                  .toList();
          return super.acquire(subject, shorter, now);
        }
      };
    }
  }

  static final class FixedWindows extends RateLimitStoreContract {
    @Override
    protected RateLimitStore emptyStore() {
      return new MapStore() {
        private final Map<String, Integer> counts = new HashMap<>();

        @Override
        public RateDecision acquire(Subject subject, List<Quota> quotas, Instant now) {
          Quota quota = quotas.get(0);
          long period = quota.period().toMillis();
          long window = now.toEpochMilli() / period;
          int count = counts.merge(subject.key() + window, 1, Integer::sum);
          Duration wait = Duration.ofMillis((window + 1) * period - now.toEpochMilli());
          return count > quota.limit()
              ? new Refused(new Standing(quota, 0, wait), wait)
              : new Admitted(new Standing(quota, quota.limit() - count, wait), count);
        }

        @Override
        public void refund(Reservation reservation) {}
      };
    }
  }

  static final class RefundsTwice extends RateLimitStoreContract {
    @Override
    protected RateLimitStore emptyStore() {
      return new MapStore() {
        @Override
        public void refund(Reservation reservation) {
          logs.computeIfPresent(
              reservation.subject(),
              (key, log) -> {
                RateLog without = log.refund(reservation.stamp());
                // Whichever is there, if it is not the one that was named.
                for (int i = 1; without == log && i < 10; i++) {
                  without = log.refund(reservation.stamp() + i);
                }
                return without;
              });
        }
      };
    }
  }

  static final class KeepsTheRefused extends RateLimitStoreContract {
    @Override
    protected RateLimitStore emptyStore() {
      return new MapStore() {
        @Override
        public List<RateDecision> acquireAll(List<Request> requests, Instant now) {
          List<RateDecision> decisions = new ArrayList<>();
          for (Request request : requests) {
            decisions.add(acquire(request.subject(), request.quotas(), now));
            if (decisions.get(decisions.size() - 1) instanceof Refused) {
              break;
            }
          }
          return decisions;
        }
      };
    }
  }

  static final class BelievesTheClock extends RateLimitStoreContract {
    @Override
    protected RateLimitStore emptyStore() {
      return new MapStore() {
        private final Map<Subject, Instant> latest = new HashMap<>();

        @Override
        public RateDecision acquire(Subject subject, List<Quota> quotas, Instant now) {
          Instant before = latest.put(subject, now);
          if (before != null && now.isBefore(before)) {
            logs.remove(subject);
          }
          return super.acquire(subject, quotas, now);
        }
      };
    }
  }

  static final class NoHysteresis extends RateLimitStoreContract {
    @Override
    protected RateLimitStore emptyStore() {
      return new MapStore() {
        @Override
        public Instant observe(Subject subject, Thresholds thresholds, Instant now) {
          Thresholds plain =
              new Thresholds(
                  thresholds.period(), thresholds.on(), thresholds.on(), Duration.ofSeconds(1));
          return super.observe(subject, plain, now);
        }
      };
    }
  }

  static final class EndsSooner extends RateLimitStoreContract {
    @Override
    protected RateLimitStore emptyStore() {
      return new MapStore() {
        @Override
        public Instant observe(Subject subject, Thresholds thresholds, Instant now) {
          Instant until = super.observe(subject, thresholds, now);
          return until.isAfter(now.plus(ON_FOR)) ? now.plus(ON_FOR) : until;
        }
      };
    }

    private static final Duration ON_FOR =
        Thresholds.DEFAULT.period().plus(Thresholds.DEFAULT.calm());
  }

  static final class CountsApart extends RateLimitStoreContract {
    @Override
    protected RateLimitStore emptyStore() {
      return new MapStore() {
        private final Gap gap = new Gap();

        @Override
        public Instant observe(Subject subject, Thresholds thresholds, Instant now) {
          Transition<Surge, Instant> done =
              surges.getOrDefault(subject, Surge.NONE).observe(thresholds, now);
          if (subject.action().equals("race")) {
            gap.cross();
          }
          surges.put(subject, done.record());
          return done.answer();
        }
      };
    }
  }
}
