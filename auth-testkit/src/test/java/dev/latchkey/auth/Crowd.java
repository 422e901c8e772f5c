package dev.latchkey.auth;

import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.testkit.TestLatchkey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Clients that nobody knows, each at an IP of its own, and what they do to an address. */
final class Crowd {
  private final TestLatchkey test;
  private final AtomicInteger clients = new AtomicInteger();

  Crowd(TestLatchkey test) {
    this.test = test;
  }

  /** RFC 6598: 100.64.0.0/10 is nobody's in particular. */
  ClientInfo next() {
    int number = clients.getAndIncrement();
    return ClientInfo.of(
        "100.%d.%d.%d".formatted(64 + (number >> 16), number >> 8 & 255, number & 255));
  }

  RequestCodeResult ask(String email) {
    return test.latchkey().requestCode(email, next());
  }

  String challenge(String email) {
    return ((RequestCodeResult.Sent) ask(email)).challenge().revealText();
  }

  /** Guesses a code that was never mailed there. */
  VerifyCodeResult fail(String email, String challenge) {
    return test.latchkey().verifyCode(challenge, wrongCode(email), next());
  }

  String wrongCode(String email) {
    Set<String> mailed = new HashSet<>(test.mailbox().codes(email));
    return IntStream.range(0, 1_000_000)
        .mapToObj("%06d"::formatted)
        .filter(code -> !mailed.contains(code))
        .findFirst()
        .orElseThrow();
  }

  /** Fails so often in a row, as fast as it may. */
  void fail(String email, int failures) {
    attack(email, Instant.MAX, failures);
  }

  /**
   * Does all that it may to an address: uses up every code that it is given, guesses whenever
   * nothing holds it up, and moves the clock on to the next thing that it may do.
   *
   * @return how many guesses were compared
   */
  int attack(String email, Instant until, int maxCompared) {
    String challenge = "";
    int compared = 0;
    while (test.clock().instant().isBefore(until) && compared < maxCompared) {
      Duration wait = Duration.ZERO;
      VerifyCodeResult guessed = fail(email, challenge);
      if (guessed instanceof VerifyCodeResult.Expired) {
        RequestCodeResult asked = ask(email);
        if (asked instanceof RequestCodeResult.Sent sent) {
          challenge = sent.challenge().revealText();
        } else if (asked instanceof RequestCodeResult.Limited limited) {
          wait = limited.retryAfter();
        } else {
          wait = ((RequestCodeResult.Locked) asked).retryAfter();
        }
      } else if (guessed instanceof VerifyCodeResult.WrongCode wrong) {
        compared++;
        wait = wrong.retryAfter();
      } else if (guessed instanceof VerifyCodeResult.Locked locked) {
        // Every lock was waited for: this very guess has brought one.
        compared++;
        wait = compared < maxCompared ? locked.retryAfter() : Duration.ZERO;
      } else {
        wait = ((VerifyCodeResult.Limited) guessed).retryAfter();
      }
      Instant next = test.clock().instant().plus(wait);
      test.clock().set(next.isBefore(until) ? next : until);
    }
    return compared;
  }

  /** Asks for codes until the address gets no more. */
  RequestCodeResult.Limited useUpCodes(String email) {
    RequestCodeResult asked = ask(email);
    while (asked instanceof RequestCodeResult.Sent) {
      asked = ask(email);
    }
    return (RequestCodeResult.Limited) asked;
  }
}
