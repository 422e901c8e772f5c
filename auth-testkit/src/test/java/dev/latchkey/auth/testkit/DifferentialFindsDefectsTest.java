package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.ContractRun.failuresOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateDecision.Admitted;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.testkit.differential.DifferentialContract;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stores with one small defect each, found by the fewest calls that may be asked for. */
final class DifferentialFindsDefectsTest {
  private static final String SIGN_INS = "answer alike in random histories of sign-ins";
  private static final String SESSIONS = "answer alike in random histories of sessions";
  private static final String RATE_LIMITS = "answer alike in random histories of rate limits";

  @Test
  void storesWithoutADefect_pass() {
    assertThat(failuresOf(Sound.class)).isEmpty();
  }

  @Test
  void guessesThatAreAMillisecondLate_areFound() {
    assertThat(failuresOf(GuessesLate.class)).containsExactly(SIGN_INS);
  }

  @Test
  void sessionsThatLiveAMillisecondTooLong_areFound() {
    assertThat(failuresOf(LivesTooLong.class)).containsExactly(SESSIONS);
  }

  @Test
  void refundsThatAreLost_areFound() {
    assertThat(failuresOf(RefundsNothing.class)).containsExactly(RATE_LIMITS);
  }

  @Test
  void severalSubjectsThatAreAskedOneAfterTheOther_areFound() {
    assertThat(failuresOf(OneAfterTheOther.class)).containsExactly(RATE_LIMITS);
  }

  @Test
  void fewerCallsThanMeetEveryKindOfAnswer_areRefused() {
    assertThat(failuresOf(TooFew.class)).containsExactlyInAnyOrder(SIGN_INS, SESSIONS, RATE_LIMITS);
  }

  private abstract static class Few extends DifferentialContract {
    abstract PureStores stores();

    @Override
    protected AuthStores stores(Clock clock) {
      return stores().bundle(clock);
    }

    @Override
    protected int calls() {
      return 20_000;
    }
  }

  static final class Sound extends Few {
    @Override
    PureStores stores() {
      return new PureStores();
    }
  }

  static final class TooFew extends Few {
    @Override
    PureStores stores() {
      return new PureStores();
    }

    @Override
    protected int calls() {
      return 19_999;
    }
  }

  static final class GuessesLate extends Few {
    @Override
    PureStores stores() {
      return new PureStores() {
        @Override
        public GuessAnswer guess(IdentityHash who, Guess guess, OtpRules rules, Instant now) {
          return super.guess(who, guess, rules, now.plusMillis(1));
        }
      };
    }
  }

  static final class LivesTooLong extends Few {
    @Override
    PureStores stores() {
      return new PureStores() {
        @Override
        public boolean isLive(AccountId who, SessionId session, String tokenId, Instant now) {
          return super.isLive(who, session, tokenId, now.minusMillis(1));
        }
      };
    }
  }

  static final class RefundsNothing extends Few {
    @Override
    PureStores stores() {
      return new PureStores() {
        @Override
        public void refund(Reservation reservation) {}
      };
    }
  }

  static final class OneAfterTheOther extends Few {
    @Override
    PureStores stores() {
      return new PureStores() {
        @Override
        public List<RateDecision> acquireAll(List<Request> requests, Instant now) {
          List<RateDecision> decisions = new ArrayList<>();
          for (Request request : requests) {
            decisions.add(acquire(request.subject(), request.quotas(), now));
            if (!(decisions.get(decisions.size() - 1) instanceof Admitted)) {
              break;
            }
          }
          return decisions;
        }
      };
    }
  }
}
