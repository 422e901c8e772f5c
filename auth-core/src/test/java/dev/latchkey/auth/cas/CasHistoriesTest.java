package dev.latchkey.auth.cas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.otp.CodeForm;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.Unlock;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.Session;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Long random histories, told to the in-memory stores and to these: every answer is the same. So no
 * field is lost or changed on its way through bytes, since each call reads what the last one wrote.
 * The first failure prints the seed.
 */
final class CasHistoriesTest {
  private static final Instant START = Instant.parse("2036-01-01T00:00:00.123456789Z");
  private static final Clock CLOCK = Clock.fixed(START, ZoneOffset.UTC);
  private static final int CALLS = 800;

  private final MapBackend backend = new MapBackend();
  private final AuthStores cas = CasStores.over(backend, CLOCK);
  private final AuthStores memory = InMemoryStores.create(CLOCK);
  private Instant now = START;

  /** Asks both, and compares what they answer. */
  private <A> A both(String call, Function<AuthStores, A> asked) {
    A expected = asked.apply(memory);
    assertThat(asked.apply(cas)).as(call).isEqualTo(expected);
    return expected;
  }

  private void everyRecordIsWrittenOneWay(Map<String, Codec<?>> kinds) {
    assertThat(backend.records).isNotEmpty();
    backend.records.forEach(
        (key, kept) -> {
          Codec<?> codec = Objects.requireNonNull(kinds.get(key.substring(0, key.indexOf('/'))));
          assertThat(again(codec, kept.bytes())).isEqualTo(kept.bytes());
        });
  }

  private static <R> byte[] again(Codec<R> codec, byte[] bytes) {
    return codec.encode(codec.decode(bytes));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void otpStore_inAnyHistory_answersAsTheInMemoryOne(long seed) {
    Draw draw = new Draw(seed);
    OtpRules rules =
        OtpRules.of(LockoutTable.of(LockoutPolicy.standard()), 5, 8, Duration.ofSeconds(30))
            .shortCodeAttempts(draw.oneIn(2) ? 1 : 5);
    for (int i = 0; i < CALLS; i++) {
      now = now.plus(draw.step());
      IdentityHash who = draw.identity();
      String call = "seed " + seed + ", call " + i;
      var challenge = draw.challenge();
      var device = draw.maybe(draw.device());
      Instant at = now;
      LiveCode code = new LiveCode(draw.code(), at, at.plus(Duration.ofMinutes(5)));
      switch (draw.below(9)) {
        case 0, 1 -> both(call, s -> s.otp().open(who, challenge, code, device, rules, at));
        case 2 -> both(call, s -> s.otp().addCode(who, challenge, code, device, rules, at));
        case 3 -> both(call, s -> s.otp().withdraw(who, challenge, code.hash(), at));
        case 4 -> both(call, s -> s.otp().status(who, challenge, device, rules, at));
        case 5 -> {
          var kind = draw.oneIn(2) ? Unlock.Kind.LOCK : Unlock.Kind.BUDGET;
          Unlock unlock = new Unlock(kind, draw.lock(), device, draw.device());
          both(call, s -> s.otp().unlock(who, unlock, rules, at));
        }
        case 6 -> {
          if (draw.oneIn(20)) {
            both(call, s -> s.otp().forgetDevices(who, at));
          }
        }
        default -> {
          CodeForm form = draw.oneIn(4) ? CodeForm.EIGHT_BASE32 : CodeForm.SIX_DIGITS;
          Guess guess = new Guess(challenge, form, draw.code(), device, draw.device(), draw.lock());
          both(call, s -> s.otp().guess(who, guess, rules, at));
        }
      }
    }
    everyRecordIsWrittenOneWay(Map.of("otp", OtpCodec.INSTANCE));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void rateLimitStore_inAnyHistory_answersAsTheInMemoryOne(long seed) {
    Draw draw = new Draw(seed);
    List<Quota> quotas =
        List.of(
            Quota.of(3, Duration.ofMinutes(5)),
            Quota.of(5, Duration.ofHours(1)),
            Quota.of(200, Duration.ofHours(30)));
    Thresholds thresholds = new Thresholds(Duration.ofMinutes(10), 8, 3, Duration.ofMinutes(10));
    List<Reservation> given = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      now = now.plus(draw.step());
      Instant at = now;
      String call = "seed " + seed + ", call " + i;
      Subject who = new Subject("send.ip", "192.0.2." + draw.below(2));
      List<Quota> asked = draw.oneIn(2) ? quotas : quotas.subList(2, 3);
      switch (draw.below(6)) {
        case 0 -> {
          if (!given.isEmpty()) {
            Reservation back = given.get(draw.below(given.size()));
            memory.rateLimits().refund(back);
            cas.rateLimits().refund(back);
          }
        }
        case 1 -> both(call, s -> s.rateLimits().observe(who, thresholds, at));
        case 2 -> both(call, s -> s.rateLimits().surgeUntil(who));
        default -> {
          RateDecision decision = both(call, s -> s.rateLimits().acquire(who, asked, at));
          if (decision instanceof RateDecision.Admitted admitted) {
            given.add(new Reservation(who, admitted.stamp()));
          }
        }
      }
    }
    everyRecordIsWrittenOneWay(Map.of("rate", RateCodecs.LOG, "surge", RateCodecs.SURGE));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void sessionStore_inAnyHistory_answersAsTheInMemoryOne(long seed) {
    Draw draw = new Draw(seed);
    for (int i = 0; i < CALLS; i++) {
      now = now.plus(draw.step());
      Instant at = now;
      String call = "seed " + seed + ", call " + i;
      AccountId who = draw.account();
      var session = draw.session();
      String token = draw.token();
      switch (draw.below(8)) {
        case 0, 1 -> {
          Session begun =
              new Session(
                  draw.freshSession(),
                  draw.device(),
                  1,
                  at,
                  at,
                  at.plus(Duration.ofDays(14)),
                  at.plus(Duration.ofDays(30)),
                  draw.text(),
                  draw.maybe("192.0.2.1"),
                  draw.maybe(draw.text()));
          both(call, s -> s.sessions().start(who, begun, 5, at));
        }
        case 2, 3 -> {
          Duration idle = Duration.ofDays(14);
          Rotation rotation =
              new Rotation(
                  session,
                  1 + draw.below(3),
                  draw.maybe(draw.device()),
                  token,
                  idle,
                  Duration.ofSeconds(draw.below(2) * 10L));
          both(call, s -> s.sessions().rotate(who, rotation, at));
        }
        case 4 -> {
          EndScope scope =
              switch (draw.below(30)) {
                case 0 -> new EndScope.All();
                case 1 -> new EndScope.AllBy(session);
                case 2 -> new EndScope.Others(session);
                case 3, 4, 5 -> new EndScope.One(session);
                default -> new EndScope.Token(token, at.plus(Duration.ofMinutes(20)));
              };
          both(call, s -> s.sessions().end(who, scope, at));
        }
        case 5 -> both(call, s -> s.sessions().list(who, at));
        default -> both(call, s -> s.sessions().isLive(who, session, token, at));
      }
    }
    everyRecordIsWrittenOneWay(Map.of("session", SessionCodec.INSTANCE));
  }
}
