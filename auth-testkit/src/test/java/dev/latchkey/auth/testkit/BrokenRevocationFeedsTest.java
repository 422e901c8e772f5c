package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.ContractRun.failuresOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.session.Ended;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each feed here has one defect, and the contract finds it. */
final class BrokenRevocationFeedsTest {
  private static final String RACE =
      "misses no end that returned before a read began, however many end at once";

  @Test
  void aFeedWithoutADefect_passes() {
    assertThat(failuresOf(Sound.class)).isEmpty();
  }

  @Test
  void aFeedThatIsWrittenAfterTheRecord_fails() {
    assertThat(failuresOf(WrittenLater.class))
        .contains("of one session", "of one token, for as long as it was said", RACE);
  }

  @Test
  void aFeedThatDoesNotTellOfWhatHadToGo_fails() {
    assertThat(failuresOf(SilentAboutStart.class))
        .containsExactly("of a session that had to go for a new one");
  }

  @Test
  void aFeedWhosePositionRunsAhead_failsTheRace() {
    assertThat(failuresOf(RunsAhead.class)).containsExactly(RACE);
  }

  @Test
  void aFeedThatIsUsedUpByReading_fails() {
    assertThat(failuresOf(UsedUp.class, RevocationFeedContract.Reading.class))
        .contains("by each reader on its own");
  }

  @Test
  void aFeedThatHidesAGap_fails() {
    assertThat(failuresOf(HidesGaps.class))
        .containsExactly("anew from a position that is unknown here, and says so");
  }

  @Test
  void aFeedThatForgetsTooSoon_fails() {
    assertThat(failuresOf(Forgetful.class))
        .containsExactly("remembers as long as a token of the default policy could be accepted");
  }

  /** The contract over one of the feeds below. */
  private abstract static class Over extends RevocationFeedContract {
    abstract FedSessions sessions();

    @Override
    protected AuthStores emptyStores() {
      FedSessions fed = sessions();
      return AuthStores.mix(InMemoryStores.create(MutableClock.create()))
          .sessions(fed, fed)
          .build();
    }
  }

  static final class Sound extends Over {
    @Override
    FedSessions sessions() {
      return new FedSessions();
    }
  }

  static final class WrittenLater extends Over {
    @Override
    FedSessions sessions() {
      return new FedSessions() {
        private final Deque<Ended> waiting = new ArrayDeque<>();

        @Override
        void tell(Ended ended) {
          waiting.add(ended);
          if (waiting.size() > 1) {
            super.tell(waiting.remove());
          }
        }
      };
    }
  }

  static final class SilentAboutStart extends Over {
    @Override
    FedSessions sessions() {
      return new FedSessions() {
        private boolean silent;

        @Override
        void tell(Ended ended) {
          if (!silent) {
            super.tell(ended);
          }
        }

        @Override
        public Set<SessionId> start(AccountId account, Session session, int max, Instant now) {
          boolean displaces = list(account, now).size() >= max;
          silent = displaces;
          try {
            return super.start(account, session, max, now);
          } finally {
            silent = false;
          }
        }
      };
    }
  }

  static final class RunsAhead extends Over {
    @Override
    FedSessions sessions() {
      return new FedSessions() {
        @Override
        public Revocations read(Position from) {
          List<Ended> told = super.read(from).ended();
          Revocations later = super.read(from);
          return new Revocations(told, later.next(), later.restarted());
        }
      };
    }
  }

  static final class UsedUp extends Over {
    @Override
    FedSessions sessions() {
      return new FedSessions() {
        private Position read = Position.START;

        @Override
        public Revocations read(Position from) {
          boolean unknown = super.read(from).restarted();
          Revocations answer = super.read(read);
          read = answer.next();
          return new Revocations(answer.ended(), answer.next(), unknown);
        }
      };
    }
  }

  static final class HidesGaps extends Over {
    @Override
    FedSessions sessions() {
      return new FedSessions() {
        @Override
        public Revocations read(Position from) {
          Revocations answer = super.read(from);
          return new Revocations(answer.ended(), answer.next(), false);
        }
      };
    }
  }

  static final class Forgetful extends Over {
    @Override
    FedSessions sessions() {
      return new FedSessions() {
        @Override
        public Duration retention() {
          return Duration.ofMinutes(15);
        }
      };
    }
  }
}
