package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.ContractRun.failuresOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.session.AccountSessions;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.store.Transition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Each store here has one defect, and the contract finds it. */
final class BrokenSessionStoresTest {
  @Test
  void aStoreWithoutADefect_passes() {
    assertThat(failuresOf(Sound.class)).isEmpty();
  }

  @Test
  void aStoreThatReadsAndWritesApart_failsTheRaces() {
    assertThat(failuresOf(ReadsAndWritesApart.class, SessionStoreContract.Races.class))
        .contains("of many parallel refreshes with one token one makes a new generation")
        .contains("no more sessions than the bound are live after many begin at once");
  }

  @Test
  void aStoreThatEndsFromAnEarlierRead_failsTheRaces() {
    assertThat(failuresOf(RotatesFromAnEarlierRead.class, SessionStoreContract.Races.class))
        .contains("revoke beats refresh: after any end has returned, no token is accepted");
  }

  @Test
  void aStoreThatEndsOneSessionAtReuse_fails() {
    assertThat(failuresOf(ReuseEndsOne.class, SessionStoreContract.Rotating.class))
        .contains("and an older one from its own device ends all sessions of the account");
  }

  @Test
  void aStoreThatKeepsASessionAMillisecondTooLong_fails() {
    assertThat(failuresOf(OneMillisecondLate.class, SessionStoreContract.Expiry.class))
        .contains("that were idle too long, to the millisecond");
  }

  @Test
  void aStoreWhoseRefreshForgetsEndedTokens_fails() {
    assertThat(failuresOf(RotationForgets.class, SessionStoreContract.Ending.class))
        .contains("and remembers ended tokens through every other change");
  }

  @Test
  void aStoreWhoseRefreshExtendsTheAbsoluteEnd_fails() {
    assertThat(failuresOf(RotationExtends.class, SessionStoreContract.Expiry.class))
        .contains("and never later than at their absolute end");
  }

  @Test
  void aStoreThatListensToEndedSessions_fails() {
    assertThat(failuresOf(ListensToTheDead.class, SessionStoreContract.Ending.class))
        .contains("none at the word of one that has ended");
  }

  /** The rules, over a map. */
  private static class MapStore implements SessionStore {
    final Map<AccountId, AccountSessions> records = new ConcurrentHashMap<>();

    <A> A run(
        AccountId account, Function<AccountSessions, Transition<AccountSessions, A>> transition) {
      Object[] answer = new Object[1];
      records.compute(
          account,
          (key, found) -> {
            Transition<AccountSessions, A> done =
                transition.apply(found == null ? AccountSessions.EMPTY : found);
            answer[0] = done.answer();
            return done.record();
          });
      @SuppressWarnings("unchecked")
      A answered = (A) answer[0];
      return answered;
    }

    AccountSessions read(AccountId account) {
      return records.getOrDefault(account, AccountSessions.EMPTY);
    }

    @Override
    public Set<SessionId> start(AccountId account, Session session, int max, Instant now) {
      return run(account, record -> record.start(session, max, now));
    }

    @Override
    public RotateAnswer rotate(AccountId account, Rotation rotation, Instant now) {
      return run(account, record -> record.rotate(rotation, now));
    }

    @Override
    public Set<SessionId> end(AccountId account, EndScope scope, Instant now) {
      return run(account, record -> record.end(scope, now));
    }

    @Override
    public boolean isLive(AccountId account, SessionId session, String tokenId, Instant now) {
      return read(account).isLive(session, tokenId, now);
    }

    @Override
    public List<Session> list(AccountId account, Instant now) {
      return read(account).list(now);
    }
  }

  static final class Sound extends SessionStoreContract {
    @Override
    protected SessionStore emptyStore() {
      return new MapStore();
    }
  }

  static final class ReadsAndWritesApart extends SessionStoreContract {
    @Override
    protected SessionStore emptyStore() {
      return new MapStore() {
        private final Gap gap = new Gap();

        @Override
        <A> A run(
            AccountId account,
            Function<AccountSessions, Transition<AccountSessions, A>> transition) {
          Transition<AccountSessions, A> done = transition.apply(read(account));
          gap.cross();
          records.put(account, done.record());
          return done.answer();
        }
      };
    }
  }

  static final class RotatesFromAnEarlierRead extends SessionStoreContract {
    @Override
    protected SessionStore emptyStore() {
      return new MapStore() {
        private final Gap gap = new Gap();

        @Override
        public RotateAnswer rotate(AccountId account, Rotation rotation, Instant now) {
          Transition<AccountSessions, RotateAnswer> done = read(account).rotate(rotation, now);
          gap.cross();
          records.put(account, done.record());
          return done.answer();
        }
      };
    }
  }

  static final class ReuseEndsOne extends SessionStoreContract {
    @Override
    protected SessionStore emptyStore() {
      return new MapStore() {
        @Override
        public RotateAnswer rotate(AccountId account, Rotation rotation, Instant now) {
          return run(
              account,
              record -> {
                Transition<AccountSessions, RotateAnswer> done = record.rotate(rotation, now);
                return done.answer() instanceof RotateAnswer.Reused
                    ? new Transition<>(
                        record.end(new EndScope.One(rotation.session()), now).record(),
                        new RotateAnswer.Reused(Set.of(rotation.session())))
                    : done;
              });
        }
      };
    }
  }

  static final class OneMillisecondLate extends SessionStoreContract {
    @Override
    protected SessionStore emptyStore() {
      return new MapStore() {
        @Override
        public boolean isLive(AccountId account, SessionId session, String tokenId, Instant now) {
          return super.isLive(account, session, tokenId, now.minusMillis(1));
        }
      };
    }
  }

  static final class RotationForgets extends SessionStoreContract {
    @Override
    protected SessionStore emptyStore() {
      return new MapStore() {
        @Override
        public RotateAnswer rotate(AccountId account, Rotation rotation, Instant now) {
          return run(
              account,
              record -> new AccountSessions(record.sessions(), Map.of()).rotate(rotation, now));
        }
      };
    }
  }

  static final class RotationExtends extends SessionStoreContract {
    @Override
    protected SessionStore emptyStore() {
      return new MapStore() {
        @Override
        public RotateAnswer rotate(AccountId account, Rotation rotation, Instant now) {
          return run(
              account,
              record -> {
                Transition<AccountSessions, RotateAnswer> done = record.rotate(rotation, now);
                List<Session> longer =
                    done.record().sessions().stream()
                        .map(
                            session ->
                                new Session(
                                    session.id(),
                                    session.device(),
                                    session.generation(),
                                    session.createdAt(),
                                    session.lastUsedAt(),
                                    session.idleUntil(),
                                    session.expiresAt().plus(rotation.idle()),
                                    session.lastCall(),
                                    session.ip(),
                                    session.userAgent()))
                        .toList();
                return new Transition<>(
                    new AccountSessions(longer, done.record().endedTokens()), done.answer());
              });
        }
      };
    }
  }

  static final class ListensToTheDead extends SessionStoreContract {
    @Override
    protected SessionStore emptyStore() {
      return new MapStore() {
        @Override
        public Set<SessionId> end(AccountId account, EndScope scope, Instant now) {
          return super.end(
              account, scope instanceof EndScope.AllBy ? new EndScope.All() : scope, now);
        }
      };
    }
  }
}
