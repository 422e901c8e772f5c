package dev.latchkey.auth.testkit;

/**
 * How often a race or a random history is repeated. Called by tests.
 *
 * <p>The default build is quick. {@code mvn verify -Dlatchkey.thorough} runs each of them a
 * thousand times and more, for the night before a release.
 */
public final class Thorough {
  /** The system property that asks for it. */
  public static final String PROPERTY = "latchkey.thorough";

  private Thorough() {}

  /**
   * How many rounds to run.
   *
   * @param quick in the default build, 1 or more
   * @param thorough when thoroughness is asked for, {@code quick} or more
   * @return one of both
   */
  public static int rounds(int quick, int thorough) {
    if (quick < 1 || thorough < quick) {
      throw new IllegalArgumentException(
          "rounds must be 1 or more, and the thorough ones no fewer, got %d and %d"
              .formatted(quick, thorough));
    }
    return isAskedFor(System.getProperty(PROPERTY, "false")) ? thorough : quick;
  }

  /** A property that is set without a value counts as asked for. */
  static boolean isAskedFor(String value) {
    return value.isEmpty() || value.equalsIgnoreCase("true");
  }
}
