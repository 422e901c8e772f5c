package dev.latchkey.auth.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;

/** How time goes on in a random history. */
final class Steps {
  private Steps() {}

  /** Not at all, or by milliseconds, seconds or minutes, and seldom by as much as is given. */
  static Instant on(Instant now, SplittableRandom random, Duration longest) {
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3, 4 -> now;
      case 5, 6 -> now.plusMillis(random.nextInt(1, 20));
      case 7, 8 -> now.plusSeconds(random.nextInt(1, 15));
      case 9, 10 -> now.plusSeconds(random.nextInt(1, 400));
      default -> now.plusMillis(random.nextLong(1, longest.toMillis()));
    };
  }

  /** The same, and sometimes back by less than the skew that stores allow. */
  static Instant onOrBack(Instant now, SplittableRandom random, Duration longest) {
    return random.nextInt(12) == 0
        ? now.minusMillis(random.nextInt(1, 1_000))
        : on(now, random, longest);
  }
}
