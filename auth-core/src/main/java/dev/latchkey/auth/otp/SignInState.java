package dev.latchkey.auth.otp;

import dev.latchkey.auth.lockout.Lane;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateLog;
import dev.latchkey.auth.store.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All that is known of one identifier's attempts to sign in, and the only statement of the rules
 * about them. Called by store authors: a store keeps one record for each identifier and runs these
 * transitions on it atomically.
 *
 * <p>Guarantees: asking the lock, finding the challenge, comparing the code, counting it, and
 * clearing or advancing the lane are one transition. Nothing is counted that was not compared, and
 * nothing compared that was not counted. A right code closes its challenge. The lane outlives
 * challenges, resends and locks; success alone clears it, and clears nothing of the ceiling. A
 * clock that steps back lengthens no code and shortens no penalty.
 *
 * <p>Does not guarantee that a clock which steps back and forth again leaves a code dead that it
 * had refused while it stood before the code's creation.
 *
 * <p>Bounds: {@value #SPARE} challenges more than {@link OtpRules#maxOpen}, three codes each, and
 * {@link LockoutTable#ceiling} stamps. Immutable.
 *
 * @param challenges the open challenges, the oldest first
 * @param strangers the consecutive failures of everybody who is not a known device
 * @param ceiling all of the strangers' failures in the ceiling's window, success or not
 */
public record SignInState(List<Challenge> challenges, Lane strangers, RateLog ceiling) {
  /** The record of an identifier that was never seen. */
  public static final SignInState EMPTY = new SignInState(List.of(), Lane.CLEAR, RateLog.EMPTY);

  /**
   * Challenges kept beyond those that count, so that one that is taken back restores the one it
   * pushed out: as many as the send limits let be under way at once.
   */
  public static final int SPARE = 4;

  /**
   * Copies the challenges.
   *
   * @param challenges the open challenges
   * @param strangers the consecutive failures of everybody who is not a known device
   * @param ceiling all of the strangers' failures in the ceiling's window
   */
  public SignInState {
    challenges = List.copyOf(challenges);
  }

  /**
   * How the identifier stands. Changes nothing.
   *
   * @param challenge the challenge that a resend names
   * @param rules the numbers to reckon with
   * @param now the time of the request
   * @return the standing
   */
  public OtpStanding status(ChallengeId challenge, OtpRules rules, Instant now) {
    Penalty.Kind kind = strangers.heldBy(now);
    return new OtpStanding(
        kind,
        kind == Penalty.Kind.NONE ? Instant.EPOCH : strangers.until(),
        find(challenge, rules, now).map(found -> resendAt(found, rules)));
  }

  /**
   * Opens a challenge. Opening the same one again changes nothing and is answered alike, so that a
   * call that is delivered twice opens one.
   *
   * @param challenge the name of the new challenge
   * @param code its first code
   * @param rules the numbers to reckon with
   * @param now the time of the request
   * @return the record afterwards, and {@link OpenAnswer.Opened} or {@link OpenAnswer.Locked}
   */
  public Transition<SignInState, OpenAnswer> open(
      ChallengeId challenge, LiveCode code, OtpRules rules, Instant now) {
    if (strangers.heldBy(now) == Penalty.Kind.LOCK) {
      return unchanged(new OpenAnswer.Locked(strangers.until()));
    }
    if (find(challenge, rules, now).isPresent()) {
      return unchanged(new OpenAnswer.Opened());
    }
    List<Challenge> open = new ArrayList<>(live(now).toList());
    open.add(new Challenge(challenge, code.createdAt(), List.of(code), 0));
    List<Challenge> kept = newest(open, rules.maxOpen() + SPARE);
    return changed(kept, strangers, ceiling, rules, now, new OpenAnswer.Opened());
  }

  /**
   * Adds a code to a live challenge, whose guesses stay counted; of three codes the oldest ends.
   * Adding the same one again changes nothing and is answered alike.
   *
   * @param challenge the challenge
   * @param code the new code
   * @param rules the numbers to reckon with
   * @param now the time of the request
   * @return the record afterwards and the answer
   */
  public Transition<SignInState, OpenAnswer> addCode(
      ChallengeId challenge, LiveCode code, OtpRules rules, Instant now) {
    if (strangers.heldBy(now) == Penalty.Kind.LOCK) {
      return unchanged(new OpenAnswer.Locked(strangers.until()));
    }
    Optional<Challenge> found = find(challenge, rules, now);
    if (found.isEmpty()) {
      return unchanged(new OpenAnswer.Gone());
    }
    if (found.get().holds(code.hash())) {
      return unchanged(new OpenAnswer.Opened());
    }
    Instant allowedAt = resendAt(found.get(), rules);
    if (now.isBefore(allowedAt)) {
      return unchanged(new OpenAnswer.TooEarly(allowedAt));
    }
    List<Challenge> open =
        live(now).map(c -> c.id().equals(challenge) ? c.withCode(code) : c).toList();
    return changed(open, strangers, ceiling, rules, now, new OpenAnswer.Opened());
  }

  /**
   * Takes a code back that nobody was sent: what it pushed out counts again, and a challenge that
   * had no other code is gone. Guesses stay counted. Taking it back again changes nothing.
   *
   * @param challenge the challenge
   * @param code the hash of the code
   * @return the record afterwards, and whether the code was there
   */
  public Transition<SignInState, Boolean> withdraw(ChallengeId challenge, CodeHash code) {
    boolean held = challenges.stream().anyMatch(c -> c.id().equals(challenge) && c.holds(code));
    if (!held) {
      return unchanged(false);
    }
    List<Challenge> rest =
        challenges.stream()
            .flatMap(c -> c.id().equals(challenge) ? c.without(code).stream() : Stream.of(c))
            .toList();
    return new Transition<>(new SignInState(rest, strangers, ceiling), true);
  }

  /**
   * Compares a guess, and counts it if it was compared.
   *
   * @param challenge the challenge
   * @param candidate the hash of the code that was given
   * @param rules the numbers to reckon with
   * @param now the time of the guess
   * @return the record afterwards and the answer
   */
  public Transition<SignInState, GuessAnswer> guess(
      ChallengeId challenge, CodeHash candidate, OtpRules rules, Instant now) {
    Penalty.Kind held = strangers.heldBy(now);
    if (held != Penalty.Kind.NONE) {
      return unchanged(new GuessAnswer.Held(held, strangers.until()));
    }
    Optional<Challenge> found = find(challenge, rules, now);
    if (found.isEmpty()) {
      return unchanged(new GuessAnswer.Expired());
    }
    if (found.get().matches(candidate, now)) {
      List<Challenge> others = counting(rules, now).filter(c -> !c.id().equals(challenge)).toList();
      return changed(others, Lane.CLEAR, ceiling, rules, now, new GuessAnswer.Right());
    }
    return wrong(found.get().guessed(), rules, now);
  }

  private Transition<SignInState, GuessAnswer> wrong(
      Challenge guessed, OtpRules rules, Instant now) {
    LockoutTable table = rules.lockout();
    Quota quota = Quota.of(table.ceiling(), table.ceilingWindow());
    Transition<RateLog, RateDecision> counted = ceiling.admit(List.of(quota), now);
    int untilCeiling = counted.answer().standing().remaining();
    Lane before = strangers.asOf(table.memory(), now);
    int failures = before.failures() + 1;
    Penalty penalty = untilCeiling == 0 ? Penalty.lock(table.ceilingLock()) : table.after(failures);
    int challengeLeft = rules.maxAttempts() - guessed.guesses();
    List<Challenge> open =
        counting(rules, now)
            .map(c -> c.id().equals(guessed.id()) ? guessed : c)
            .filter(c -> c.guesses() < rules.maxAttempts())
            .toList();
    int laneLeft =
        penalty.kind() == Penalty.Kind.LOCK ? 0 : Math.min(table.untilLock(failures), untilCeiling);
    return changed(
        open,
        before.failed(penalty, now),
        counted.record(),
        rules,
        now,
        new GuessAnswer.Wrong(failures, Math.min(challengeLeft, laneLeft), penalty));
  }

  /**
   * From when on the record says no more than {@link #EMPTY} does, so that a store may drop it.
   *
   * @param memory how long a count outlives its last wrong code, see {@link LockoutTable#memory}
   * @return the end of the last thing that it holds
   */
  public Instant expiresAt(Duration memory) {
    return Stream.concat(
            challenges.stream().map(Challenge::expiresAt),
            Stream.of(strangers.keptUntil(memory), ceiling.expiresAt()))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private Stream<Challenge> live(Instant now) {
    return challenges.stream().filter(challenge -> now.isBefore(challenge.expiresAt()));
  }

  private Optional<Challenge> find(ChallengeId id, OtpRules rules, Instant now) {
    return counting(rules, now)
        .filter(c -> c.id().equals(id) && c.isLive(now))
        .filter(c -> c.guesses() < rules.maxAttempts())
        .findFirst();
  }

  /** Without the spare ones: what a guess closes brings no challenge back that was pushed out. */
  private Stream<Challenge> counting(OtpRules rules, Instant now) {
    return newest(live(now).toList(), rules.maxOpen()).stream();
  }

  private static List<Challenge> newest(List<Challenge> open, int count) {
    return open.subList(Math.max(0, open.size() - count), open.size());
  }

  private static Instant resendAt(Challenge challenge, OtpRules rules) {
    return challenge.newest().createdAt().plus(rules.resendAfter());
  }

  private <A> Transition<SignInState, A> unchanged(A answer) {
    return new Transition<>(this, answer);
  }

  private static <A> Transition<SignInState, A> changed(
      List<Challenge> challenges,
      Lane strangers,
      RateLog ceiling,
      OtpRules rules,
      Instant now,
      A answer) {
    Lane lane = strangers.asOf(rules.lockout().memory(), now);
    return new Transition<>(new SignInState(challenges, lane, ceiling), answer);
  }
}
