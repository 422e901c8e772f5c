package dev.latchkey.auth.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.Lane;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.otp.Challenge;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeForm;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.DeviceLane;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.otp.SignInState;
import dev.latchkey.auth.otp.Unlock;
import dev.latchkey.auth.store.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The sign-ins of one identifier, told to a store and to the pure functions. */
final class SignInComparison {
  private static final Duration CODE_LIFETIME = Duration.ofMinutes(5);

  private final OtpStore store;
  private final Draw draw;
  private final Answers answers;
  private final IdentityHash who;

  /** One guess in so many can be right: lanes that are never cleared run full. */
  private final int luck;

  private OtpRules rules;
  private SignInState state = SignInState.EMPTY;
  private Instant now;
  private int step;

  SignInComparison(OtpStore store, long seed, Answers answers) {
    this.store = store;
    this.draw = new Draw(seed);
    this.answers = answers;
    this.who = draw.identity();
    this.luck = draw.from(List.of(1, 4, 30));
    this.rules = draw.rules();
    this.now = Draw.START;
  }

  void run(int steps) {
    for (step = 1; step <= steps; step++) {
      now = draw.next(now, edges());
      if (draw.oneIn(60)) {
        rules = draw.rules();
      }
      step();
    }
  }

  private void step() {
    ChallengeId challenge =
        draw.mostly(state.challenges().stream().map(Challenge::id).toList(), draw.challenge());
    Optional<DeviceId> device =
        draw.maybe(
            draw.mostly(state.devices().stream().map(DeviceLane::device).toList(), draw.device()));
    LockId lock = draw.mostly(locks(), draw.lock());
    LiveCode code = new LiveCode(draw.code(), now, now.plus(CODE_LIFETIME));
    switch (draw.below(20)) {
      case 0, 1, 2 ->
          compare(
              "open",
              state.open(challenge, code, device, rules, now),
              store.open(who, challenge, code, device, rules, now));
      case 3, 4, 5, 6 ->
          compare(
              "addCode",
              state.addCode(challenge, code, device, rules, now),
              store.addCode(who, challenge, code, device, rules, now));
      case 7, 8 ->
          compare(
              "withdraw",
              state.withdraw(challenge, code.hash()),
              store.withdraw(who, challenge, code.hash(), now));
      case 9, 10 -> {
        Unlock.Kind kind = draw.oneIn(3) ? Unlock.Kind.BUDGET : Unlock.Kind.LOCK;
        Unlock unlock = new Unlock(kind, lock, device, draw.device());
        compare("unlock", state.unlock(unlock, rules, now), store.unlock(who, unlock, rules, now));
      }
      case 11 -> {
        if (draw.oneIn(10)) {
          compare("forgetDevices", state.forgetDevices(), store.forgetDevices(who, now));
        }
      }
      case 12 ->
          compare(
              "status",
              new Transition<>(state, state.status(challenge, device, rules, now)),
              store.status(who, challenge, device, rules, now));
      case 13 -> {
        if (!state.devices().isEmpty() && draw.oneIn(3)) {
          failUntilAStranger(draw.from(state.devices()).device());
        }
      }
      default -> guess(challenge, draw.oneIn(luck) ? draw.code() : Draw.NO_CODE, device, lock);
    }
  }

  private void guess(
      ChallengeId challenge, CodeHash candidate, Optional<DeviceId> device, LockId lock) {
    CodeForm form = draw.oneIn(3) ? CodeForm.EIGHT_BASE32 : CodeForm.SIX_DIGITS;
    Guess guess = new Guess(challenge, form, candidate, device, draw.device(), lock);
    compare("guess", state.guess(guess, rules, now), store.guess(who, guess, rules, now));
  }

  /** A device that waits for each penalty to end, and guesses again. */
  private void failUntilAStranger(DeviceId device) {
    Optional<DeviceId> known = Optional.of(device);
    for (int i = 0; i < DeviceLane.MAX_FAILURES; i++) {
      for (DeviceLane lane : state.devices()) {
        boolean waits = lane.device().equals(device) && now.isBefore(lane.lane().until());
        now = waits ? lane.lane().until() : now;
      }
      ChallengeId challenge = draw.challenge();
      LiveCode code = new LiveCode(draw.code(), now, now.plus(CODE_LIFETIME));
      compare(
          "open",
          state.open(challenge, code, known, rules, now),
          store.open(who, challenge, code, known, rules, now));
      guess(challenge, Draw.NO_CODE, known, draw.lock());
    }
  }

  private <A> void compare(String verb, Transition<SignInState, A> expected, A answer) {
    assertThat(answer).as("step %d, %s", step, verb).isEqualTo(expected.answer());
    answers.saw(verb, answer);
    state = expected.record();
    state.devices().stream()
        .map(DeviceLane::lane)
        .filter(lane -> lane.failures() >= DeviceLane.MAX_FAILURES)
        .map(lane -> now.isBefore(lane.keptUntil(rules.lockout().memory())))
        .forEach(remembered -> answers.saw("full lane", remembered ? "counts" : "is forgotten"));
  }

  private List<LockId> locks() {
    return lanes().flatMap(lane -> lane.lock().stream()).toList();
  }

  private Stream<Lane> lanes() {
    return Stream.concat(
        Stream.of(state.strangers()), state.devices().stream().map(DeviceLane::lane));
  }

  /** When something of the record ends or begins to count. */
  private List<Instant> edges() {
    Stream<LiveCode> codes = state.challenges().stream().flatMap(c -> c.codes().stream());
    return Stream.of(
            codes.flatMap(
                code ->
                    Stream.of(
                        code.expiresAt(),
                        code.createdAt().minus(LiveCode.MAX_SKEW),
                        code.createdAt().plus(rules.resendAfter()))),
            lanes()
                .flatMap(lane -> Stream.of(lane.until(), lane.keptUntil(rules.lockout().memory()))),
            state.devices().stream().map(DeviceLane::until),
            Stream.of(state.ceiling().expiresAt()))
        .flatMap(edges -> edges)
        .toList();
  }
}
