package dev.latchkey.auth.otp;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * One request for a code, with its resends: the newest two codes, each to its own end, and one
 * count of guesses for both. Called by store authors, as a part of a record.
 *
 * @param id its name
 * @param openedAt when it was opened
 * @param codes one or two codes, the newer last
 * @param guesses how many wrong codes were compared
 */
public record Challenge(ChallengeId id, Instant openedAt, List<LiveCode> codes, int guesses) {
  /** A second mail may overtake the first: both codes work. A third code ends the oldest. */
  public static final int MAX_CODES = 2;

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
    if (codes.isEmpty() || codes.size() > MAX_CODES) {
      throw new IllegalArgumentException("codes must be 1 or 2, got " + codes.size());
    }
    if (guesses < 0) {
      throw new IllegalArgumentException("guesses must not be negative, got " + guesses);
    }
  }

  LiveCode newest() {
    return codes.get(codes.size() - 1);
  }

  boolean isLive(Instant now) {
    return codes.stream().anyMatch(code -> code.isLive(now));
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
    for (LiveCode code : codes) {
      boolean same = code.hash().matches(candidate);
      matches |= same && code.isLive(now);
    }
    return matches;
  }

  Challenge withCode(LiveCode code) {
    List<LiveCode> newest = codes.size() < MAX_CODES ? codes : codes.subList(1, codes.size());
    return new Challenge(
        id, openedAt, Stream.concat(newest.stream(), Stream.of(code)).toList(), guesses);
  }

  Challenge guessed() {
    return new Challenge(id, openedAt, codes, guesses + 1);
  }
}
