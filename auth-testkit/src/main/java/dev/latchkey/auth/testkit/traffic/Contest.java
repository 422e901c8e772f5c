package dev.latchkey.auth.testkit.traffic;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeForm;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OpenAnswer;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What may be won so often and no more, whoever tries, from however many processes, and whatever
 * becomes of the server meanwhile. Called by tests, mostly through {@link Traffic} and {@link
 * Processes}.
 *
 * <p>A round has a number, and is about a record of its own: in one keyspace each number is used
 * for one round of a contest. Attempts have numbers too, of which no two attempts at a round share
 * one. Stateless, safe for concurrent use.
 */
public enum Contest {
  /** The right code signs in once. */
  ONE_SIGN_IN(1) {
    @Override
    public void prepare(AuthStores stores, long number, Instant now) {
      open(stores, number, LENIENT, now);
    }

    @Override
    public boolean tryToWin(AuthStores stores, long number, long attempt, Instant now) {
      return guess(stores, number, RIGHT, LENIENT, attempt, now) instanceof GuessAnswer.Right;
    }
  },

  /** A limit of three admits three. */
  THREE_ADMISSIONS(3) {
    @Override
    public void prepare(AuthStores stores, long number, Instant now) {}

    @Override
    public boolean tryToWin(AuthStores stores, long number, long attempt, Instant now) {
      return stores
              .rateLimits()
              .acquire(
                  new Subject("contest", Long.toString(number)),
                  List.of(Quota.of(3, Duration.ofHours(1))),
                  now)
          instanceof RateDecision.Admitted;
    }
  },

  /** A refresh token has one successor. */
  ONE_SUCCESSOR(1) {
    @Override
    public void prepare(AuthStores stores, long number, Instant now) {
      stores.sessions().start(account(number), session(number, now), 50, now);
    }

    @Override
    public boolean tryToWin(AuthStores stores, long number, long attempt, Instant now) {
      Rotation rotation =
          new Rotation(
              session(number, now).id(),
              1,
              Optional.of(device(number)),
              "call-" + attempt,
              Duration.ofDays(14),
              Duration.ZERO);
      return stores.sessions().rotate(account(number), rotation, now)
          instanceof RotateAnswer.Rotated;
    }
  },

  /** Nobody gets a code, or signs in by one, past a lock that somebody was told of. */
  NOTHING_WHEN_LOCKED(0) {
    @Override
    public void prepare(AuthStores stores, long number, Instant now) {
      // A restart in between takes the challenge away, and a guess at nothing locks nothing.
      GuessAnswer answer;
      do {
        open(stores, number, STRICT, now);
        answer = guess(stores, number, WRONG, STRICT, number, now);
      } while (answer instanceof GuessAnswer.Expired);
    }

    @Override
    public boolean tryToWin(AuthStores stores, long number, long attempt, Instant now) {
      return guess(stores, number, RIGHT, STRICT, attempt, now) instanceof GuessAnswer.Right
          || open(stores, number, STRICT, now) instanceof OpenAnswer.Opened;
    }
  },

  /** A session that somebody was told has ended stays so. */
  NO_SESSION_ONCE_ENDED(0) {
    @Override
    public void prepare(AuthStores stores, long number, Instant now) {
      stores.sessions().start(account(number), session(number, now), 50, now);
      stores.sessions().end(account(number), new EndScope.All(), now);
    }

    @Override
    public boolean tryToWin(AuthStores stores, long number, long attempt, Instant now) {
      return stores.sessions().isLive(account(number), session(number, now).id(), "jti", now);
    }
  };

  private static final OtpRules LENIENT = rules(failures -> Penalty.NONE);
  private static final OtpRules STRICT = rules(failures -> Penalty.lock(Duration.ofHours(1)));
  private static final CodeHash RIGHT = code("right");
  private static final CodeHash WRONG = code("wrong");

  private final int wins;

  Contest(int wins) {
    this.wins = wins;
  }

  /**
   * How often a round may be won; exactly so often if nothing fails and enough try.
   *
   * @return 0 or more
   */
  public int wins() {
    return wins;
  }

  /**
   * Makes a round ready. May be called again when it failed.
   *
   * @param stores where the round is played
   * @param number the number of the round, 0 or more
   * @param now the current time
   */
  public abstract void prepare(AuthStores stores, long number, Instant now);

  /**
   * Tries to win a round that is ready. One attempt may be repeated: it can win but once.
   *
   * @param stores where the round is played
   * @param number the number of the round
   * @param attempt the number of the attempt, 0 or more
   * @param now the current time
   * @return whether this attempt is one that wins
   */
  public abstract boolean tryToWin(AuthStores stores, long number, long attempt, Instant now);

  private static OtpRules rules(LockoutPolicy policy) {
    return OtpRules.of(LockoutTable.of(policy), 5, 8, Duration.ofSeconds(30));
  }

  private static OpenAnswer open(AuthStores stores, long number, OtpRules rules, Instant now) {
    LiveCode code = new LiveCode(RIGHT, now, now.plus(Duration.ofMinutes(5)));
    return stores
        .otp()
        .open(identity(number), challenge(number), code, Optional.empty(), rules, now);
  }

  private static GuessAnswer guess(
      AuthStores stores, long number, CodeHash code, OtpRules rules, long attempt, Instant now) {
    Guess guess =
        new Guess(
            challenge(number),
            CodeForm.SIX_DIGITS,
            code,
            Optional.empty(),
            device(attempt),
            LockId.fromBytes(bytes(LockId.BYTES, attempt)).orElseThrow());
    return stores.otp().guess(identity(number), guess, rules, now);
  }

  private static Session session(long number, Instant now) {
    Instant end = now.plus(Duration.ofDays(14));
    return new Session(
        SessionId.of(bytes(SessionId.BYTES, number)),
        device(number),
        1,
        now,
        now,
        end,
        end,
        "start",
        Optional.empty(),
        Optional.empty());
  }

  private static AccountId account(long number) {
    return new AccountId("account-" + number);
  }

  private static IdentityHash identity(long number) {
    return IdentityHash.fromBytes(bytes(IdentityHash.BYTES, number)).orElseThrow();
  }

  private static ChallengeId challenge(long number) {
    return new ChallengeId(Base64Url.encode(bytes(16, number)));
  }

  private static DeviceId device(long number) {
    return new DeviceId(Base64Url.encode(bytes(32, number)));
  }

  private static CodeHash code(String text) {
    byte[] hash = new byte[32];
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, hash, 0, bytes.length);
    return CodeHash.parse(Base64Url.encode(hash)).orElseThrow();
  }

  private static byte[] bytes(int length, long number) {
    return ByteBuffer.allocate(length).putLong(length - Long.BYTES, number).array();
  }
}
