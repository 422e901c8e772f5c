package dev.latchkey.auth;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.ratelimit.Standing;
import dev.latchkey.auth.token.IssuedTokens;
import java.time.Duration;

/** What became of a guess. Called by applications. */
public sealed interface VerifyCodeResult {
  /**
   * The code was right: the person is signed in.
   *
   * @param account who
   * @param newAccount whether the account was made by this sign-in
   * @param tokens the tokens of the session
   */
  record SignedIn(Account account, boolean newAccount, IssuedTokens tokens)
      implements VerifyCodeResult {}

  /** The text has the form of no code; no guess was used. */
  record InvalidCode() implements VerifyCodeResult {}

  /**
   * The code was wrong, and is counted.
   *
   * @param attemptsLeft how many guesses are left before challenge or lane refuses
   * @param retryAfter how long the next guess must wait; zero if it may come at once
   */
  record WrongCode(int attemptsLeft, Duration retryAfter) implements VerifyCodeResult {}

  /** The code is expired, used, exhausted or unknown, which look alike; no guess was used. */
  record Expired() implements VerifyCodeResult {}

  /**
   * A limit or a progressive delay refused the guess; it was not compared.
   *
   * @param limit the name of the limit: {@code ip}, or {@code failures} for the delay
   * @param standing how it stands
   * @param retryAfter how long it refuses
   */
  record Limited(String limit, Standing standing, Duration retryAfter)
      implements VerifyCodeResult {}

  /**
   * The identifier is locked; also the answer to the very guess that locks it.
   *
   * @param retryAfter how long the lock lasts
   */
  record Locked(Duration retryAfter) implements VerifyCodeResult {}
}
