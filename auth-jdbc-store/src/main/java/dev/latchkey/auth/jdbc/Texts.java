package dev.latchkey.auth.jdbc;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How columns hold texts that come from outside: as they are, but for what a database refuses or
 * changes. A NUL, half a character and a backslash are written as a backslash and four hexadecimal
 * digits.
 */
final class Texts {
  private static final Pattern REFUSED = Pattern.compile("[\\x00\\\\\\ud800-\\udfff]");
  private static final Pattern WRITTEN = Pattern.compile("\\\\([0-9a-f]{4})");

  private Texts() {}

  static String kept(String text) {
    return REFUSED
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement("\\%04x".formatted((int) found.group().charAt(0))));
  }

  static String told(String column) {
    return WRITTEN
        .matcher(column)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    Character.toString((char) Integer.parseInt(found.group(1), 16))));
  }
}
