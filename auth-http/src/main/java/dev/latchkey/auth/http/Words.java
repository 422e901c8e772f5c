package dev.latchkey.auth.http;

import java.time.Duration;
import java.util.Locale;

/** How values are spelled in headers and bodies. Pure. */
final class Words {
  private Words() {}

  /** In lower case, whatever the locale of the machine. */
  static String ofEnum(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** A time to wait in whole seconds: rounded up, so that who waits so long is not too early. */
  static long secondsToWait(Duration wait) {
    return wait.isNegative() ? 0 : wait.plusNanos(999_999_999).toSeconds();
  }

  /** A life in whole seconds: rounded down, so that what is used by then still lives. */
  static long secondsOfLife(Duration life) {
    return Math.max(0, life.toSeconds());
  }
}
