package dev.latchkey.auth.otp;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One request for a code, with its resends: the newest two codes, each to its own end, and one
 * count of guesses for both. Called by store authors, as a part of a record.
 *
 * @param id its name
 * @param openedAt when it was opened
 * @param codes one to three codes, the newest last; the newest two count
 * @param guesses how many wrong codes were compared
 */
public record Challenge(ChallengeId id, Instant openedAt, List<LiveCode> codes, int guesses) {
  /** A second mail may overtake the first: both codes work. A third code ends the oldest. */
  public static final int MAX_CODES = 2;

  /** The code before those is kept, in case that the newest has to be taken back. */
  public static final int MAX_KEPT = MAX_CODES + 1;

  /**
   * Copies the codes.
   *
   * @param id its name
   * @param openedAt when it was opened
   * @param codes one or two codes
   * @param guesses how many wrong codes were compared
   */
  public Challenge {
    codes = List.copyOf(codes);
    if (codes.isEmpty() || codes.size() > MAX_KEPT) {
      throw new IllegalArgumentException(
          "codes must be 1 to " + MAX_KEPT + ", got " + codes.size());
    }
    if (guesses < 0) {
      throw new IllegalArgumentException("guesses must not be negative, got " + guesses);
    }
  }

  LiveCode newest() {
    return codes.get(codes.size() - 1);
  }

  boolean isLive(Instant now) {
    return counting().stream().anyMatch(code -> code.isLive(now));
  }

  /** When the last of its codes ends. */
  Instant expiresAt() {
    return codes.stream().map(LiveCode::expiresAt).max(Instant::compareTo).orElseThrow();
  }

  boolean holds(CodeHash candidate) {
    return codes.stream().anyMatch(code -> code.hash().matches(candidate));
  }

  /** Whether a live code matches. Looks at every code, so that it takes the same time. */
  boolean matches(CodeHash candidate, Instant now) {
    boolean matches = false;
    for (LiveCode code : counting()) {
      boolean same = code.hash().matches(candidate);
      matches |= same && code.isLive(now);
    }
    return matches;
  }

  private List<LiveCode> counting() {
    return codes.subList(Math.max(0, codes.size() - MAX_CODES), codes.size());
  }

  Challenge withCode(LiveCode code) {
    List<LiveCode> older = counting();
    return new Challenge(
        id, openedAt, Stream.concat(older.stream(), Stream.of(code)).toList(), guesses);
  }

  /** Empty if no code is left. */
  Optional<Challenge> without(CodeHash hash) {
    List<LiveCode> rest = codes.stream().filter(code -> !code.hash().matches(hash)).toList();
    return rest.isEmpty()
        ? Optional.empty()
        : Optional.of(new Challenge(id, openedAt, rest, guesses));
  }

  Challenge guessed() {
    return new Challenge(id, openedAt, codes, guesses + 1);
  }
}
