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

  /** Without the white space that may surround the value of a header (RFC 9110, section 5.6.3). */
  static String bare(String value) {
    int begin = 0;
    int end = value.length();
    while (begin < end && isBlank(value.charAt(begin))) {
      begin++;
    }
    while (end > begin && isBlank(value.charAt(end - 1))) {
      end--;
    }
    return value.substring(begin, end);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
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
