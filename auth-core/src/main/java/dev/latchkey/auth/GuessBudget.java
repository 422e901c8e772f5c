package dev.latchkey.auth;

import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.Challenge;
import dev.latchkey.auth.otp.DeviceLane;
import dev.latchkey.auth.otp.OtpPolicy;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.SprayBreaker;
import dev.latchkey.auth.ratelimit.Thresholds;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What somebody can guess who reads no mail and does all that a configuration allows, from any
 * number of IPs. Called by applications.
 *
 * <p>Guarantees: a pure function of the configuration; each chance is an upper bound, so that an
 * attacker does no better, and the documentation derives every number. The unit of the reckoning is
 * a trial: one compared guess against one live code. A guess against two live codes is two trials.
 *
 * <p>Does not guarantee anything against somebody who reads the owner's mail, or has a device token
 * of the account and the patience to wait for the owner to sign in on that device; see {@link
 * #stolenDeviceYear}. Immutable.
 *
 * <p>Source: NIST SP 800-63B-4, section 3.2.2; the arithmetic is in {@code docs/guess-budget.md}.
 */
public final class GuessBudget {
  /** Codes of six digits. */
  private static final double SHORT_CODES = 1e6;

  /** Codes of eight characters of base 32. */
  private static final double LONG_CODES = 0x1p40;

  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration YEAR = Duration.ofDays(365);

  private final double accountDay;
  private final double accountYear;
  private final double patientYear;
  private final double stolenDeviceYear;
  private final double takeOversADay;
  private final String accountDriver;
  private final String takeOverDriver;

  private GuessBudget(Reckoning reckoning) {
    this.accountDay = reckoning.account(DAY) / SHORT_CODES;
    this.accountYear = reckoning.account(YEAR) / SHORT_CODES;
    this.patientYear = reckoning.patient(YEAR) / SHORT_CODES;
    this.stolenDeviceYear = reckoning.stolenDevice(YEAR) / SHORT_CODES;
    this.takeOversADay = reckoning.spray() / SHORT_CODES + reckoning.trialsBySends() / LONG_CODES;
    this.accountDriver = reckoning.accountDriver();
    this.takeOverDriver = reckoning.takeOverDriver();
  }

  /**
   * What a host holds to be too much.
   *
   * @param accountYear the chance to guess one account in a year; above 0
   * @param takeOversADay the expected take-overs a day by spraying the whole service; above 0
   */
  record Bounds(double accountYear, double takeOversADay) {
    static final Bounds DEFAULT =
        new Bounds(DEFAULT_MAX_ACCOUNT_YEAR, DEFAULT_MAX_TAKE_OVERS_A_DAY);

    Bounds {
      requirePositive("accountYear", accountYear);
      requirePositive("takeOversADay", takeOversADay);
    }

    private static void requirePositive(String name, double value) {
      if (!(value > 0)) {
        throw new IllegalArgumentException(name + " must be above 0, got " + value);
      }
    }
  }

  /** One account in a thousand that somebody guesses at for a whole year. */
  public static final double DEFAULT_MAX_ACCOUNT_YEAR = 1e-3;

  /** Of a whole service that is sprayed day and night, while an alert asks to look. */
  public static final double DEFAULT_MAX_TAKE_OVERS_A_DAY = 1;

  /**
   * The budget of a configuration.
   *
   * @param otp the numbers of codes, with the lockout
   * @param limits how often anybody may ask
   * @param breaker when codes are made longer
   * @return the budget
   */
  public static GuessBudget of(OtpPolicy otp, Limits limits, Thresholds breaker) {
    return of(LockoutTable.of(otp.lockout()), otp, limits, breaker);
  }

  static GuessBudget of(LockoutTable table, OtpPolicy otp, Limits limits, Thresholds breaker) {
    return new GuessBudget(new Reckoning(table, otp, limits, breaker));
  }

  /**
   * The chance that an account falls within a day to somebody who guesses at it all day, while its
   * owner clears the count by signing in whenever that helps.
   *
   * @return 0 or more; an expected number, which is above 1 for a reckless configuration
   */
  public double accountDay() {
    return accountDay;
  }

  /**
   * The same within 365 days. This is the number that is held against {@link
   * #DEFAULT_MAX_ACCOUNT_YEAR}.
   *
   * @return 0 or more
   */
  public double accountYear() {
    return accountYear;
  }

  /**
   * The same within 365 days if the owner never signs in, so that nothing clears the count.
   *
   * @return at most {@link #accountYear}
   */
  public double patientYear() {
    return patientYear;
  }

  /**
   * What one stolen device token of the account adds to {@link #accountYear}, as long as the owner
   * does not sign in on that device: each such sign-in clears its lane. Not part of the other
   * numbers, since a stranger has no lane of a known device and can not get one without the mail.
   *
   * @return 0 or more
   */
  public double stolenDeviceYear() {
    return stolenDeviceYear;
  }

  /**
   * How many accounts fall a day, on the average, if the whole service is sprayed without end: just
   * below the breaker, or through it again and again, whichever gives more.
   *
   * @return 0 or more
   */
  public double takeOversADay() {
    return takeOversADay;
  }

  /** The sentence that refuses the configuration, if a bound is passed. */
  Optional<String> refusal(Bounds bounds) {
    if (accountYear > bounds.accountYear()) {
      return Optional.of(
          sentence(
              "the chance to guess one account in a year",
              accountYear,
              bounds.accountYear(),
              accountDriver));
    }
    if (takeOversADay > bounds.takeOversADay()) {
      return Optional.of(
          sentence(
              "the number of accounts taken over a day by spraying the whole service",
              takeOversADay,
              bounds.takeOversADay(),
              takeOverDriver));
    }
    return Optional.empty();
  }

  private static String sentence(String what, double value, double bound, String driver) {
    return what
        + String.format(Locale.ROOT, " is %.3g, past the bound of %.3g", value, bound)
        + "; what drives it is "
        + driver
        + ". Change that, or accept the budget in so many words with acceptGuessBudget";
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "guess budget: one account %.3g a day, %.3g a year (%.3g if its owner never signs in,"
            + " and %.3g more for each stolen device token);"
            + " the whole service %.3g take-overs a day",
        accountDay,
        accountYear,
        patientYear,
        stolenDeviceYear,
        takeOversADay);
  }

  /** The arithmetic, in trials. */
  private record Reckoning(LockoutTable table, OtpPolicy otp, Limits limits, Thresholds breaker) {

    /** By the ceiling and by the mails, whichever is less: the owner may clear any count. */
    double account(Duration span) {
      return Math.min(trialsByCeiling(span), trialsByMail(span));
    }

    String accountDriver() {
      return trialsByCeiling(YEAR) <= trialsByMail(YEAR)
          ? "the ceiling of the lockout, LockoutTable.ceiling: "
              + table.ceiling()
              + " wrong codes in "
              + table.ceilingWindow()
          : "Limits.sendIdentifier with OtpPolicy.maxAttempts: "
              + otp.maxAttempts()
              + " guesses for each code that is mailed";
    }

    /** One less than the ceiling in each window, and at the end the one that locks. */
    private double trialsByCeiling(Duration span) {
      double guesses = (table.ceiling() - 1.0) * windows(span, table.ceilingWindow()) + 1;
      return guesses * liveCodes();
    }

    /** A code outlives no more guesses than its challenge; some were mailed before the span. */
    private double trialsByMail(Duration span) {
      double codes =
          admitted(limits.sendIdentifier(), span)
              + admitted(limits.sendIdentifier(), otp.codeLifetime());
      return codes * otp.maxAttempts();
    }

    double patient(Duration span) {
      return Math.min((double) guessesByTable(span) * liveCodes(), account(span));
    }

    /** As fast as the table lets, but holding back before the ceiling until the last guess. */
    private int guessesByTable(Duration span) {
      Deque<Duration> counted = new ArrayDeque<>();
      int guesses = 0;
      int failures = 0;
      Duration now = Duration.ZERO;
      while (now.compareTo(span) < 0) {
        guesses++;
        failures++;
        counted.addLast(now);
        Duration next = now.plus(table.after(failures).duration());
        dropUntil(counted, next.minus(table.ceilingWindow()));
        if (counted.size() >= table.ceiling() - 1) {
          Duration free = counted.getFirst().plus(table.ceilingWindow());
          if (free.compareTo(span) >= 0) {
            // The one that reaches the ceiling, after which there is no other.
            return table.ceiling() > 1 && next.compareTo(span) < 0 ? guesses + 1 : guesses;
          }
          next = free;
          dropUntil(counted, next.minus(table.ceilingWindow()));
        }
        if (next.minus(now).compareTo(table.memory()) >= 0) {
          failures = 0;
        }
        now = next;
      }
      return guesses;
    }

    private static void dropUntil(Deque<Duration> window, Duration gone) {
      while (!window.isEmpty() && window.getFirst().compareTo(gone) <= 0) {
        window.removeFirst();
      }
    }

    /** A lane closes at its last failure and opens again once that is forgotten. */
    double stolenDevice(Duration span) {
      double guesses = (double) DeviceLane.MAX_FAILURES * windows(span, table.memory());
      return Math.min(guesses * liveCodes(), trialsByMail(span));
    }

    double spray() {
      return Math.min(Math.max(belowBreaker(), throughBreaker()), trialsBySends());
    }

    String takeOverDriver() {
      if (trialsBySends() <= Math.max(belowBreaker(), throughBreaker())) {
        return "Limits.sendGlobal with OtpPolicy.maxAttempts: strangers may have "
            + Math.round(admitted(strangersGlobal(), DAY))
            + " codes a day mailed, each good for "
            + otp.maxAttempts()
            + " guesses, and the breaker lets them all";
      }
      return belowBreaker() >= throughBreaker()
          ? "Thresholds.on of the breaker: "
              + breaker.on()
              + " wrong codes in "
              + breaker.period()
              + " are no attack to it"
          : "Limits.sendGlobal with OtpPolicy.codeLifetime and Thresholds.calm of the breaker: "
              + Math.round(codesAlive())
              + " codes may be alive when it trips, once in "
              + cycle();
    }

    /** As many wrong codes in each period as do not trip the breaker. */
    private double belowBreaker() {
      return (double) breaker.on() * liveCodes() * ratio(DAY, breaker.period());
    }

    /** Codes pile up, guessed at just below the breaker; then all at once; then it calms. */
    private double throughBreaker() {
      double pilingUp =
          (double) breaker.on() * liveCodes() * ratio(otp.codeLifetime(), breaker.period());
      return ratio(DAY, cycle()) * (pilingUp + codesAlive() * guessesUnaware());
    }

    private Duration cycle() {
      return otp.codeLifetime().plus(breaker.period()).plus(breaker.calm());
    }

    private double codesAlive() {
      return admitted(strangersGlobal(), otp.codeLifetime());
    }

    /** Guesses that one challenge takes before every node knows that the breaker is on. */
    private int guessesUnaware() {
      int most = 1;
      for (int failures = 0; failures <= table.penalties().size(); failures++) {
        int guesses = 1;
        Penalty penalty = table.after(failures + 1);
        Duration waited = penalty.duration();
        while (guesses < otp.maxAttempts() && waited.compareTo(SprayBreaker.REREAD_EVERY) < 0) {
          guesses++;
          waited = waited.plus(table.after(failures + guesses).duration());
        }
        most = Math.max(most, guesses);
      }
      return most;
    }

    /** In a day, without any breaker. */
    double trialsBySends() {
      return admitted(strangersGlobal(), DAY) * otp.maxAttempts();
    }

    private List<Quota> strangersGlobal() {
      return limits.sendGlobal().stream().map(LimitedRequests::withoutReserve).toList();
    }

    private int liveCodes() {
      return otp.resendAfter().compareTo(otp.codeLifetime()) < 0 ? Challenge.MAX_CODES : 1;
    }

    /** The most that quotas admit within a span. */
    private static double admitted(List<Quota> quotas, Duration span) {
      return quotas.stream()
          .mapToDouble(quota -> quota.limit() * windows(span, quota.period()))
          .min()
          .orElseThrow();
    }

    /** Into how many windows a span falls, begun ones too. */
    private static double windows(Duration span, Duration window) {
      return Math.ceil(ratio(span, window));
    }

    private static double ratio(Duration span, Duration part) {
      return (double) span.toMillis() / part.toMillis();
    }
  }
}
