package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.event.AuthEvent;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Wrong codes: delays between them, and the locks at the 3rd, 5th, 10th and 15th. */
class WrongCodesTest {
  private static final String ADA = "ada@example.com";

  private final TestServer server = TestServer.start();
  private final Visitor client = server.visitor();
  private String challenge = "";

  @AfterEach
  void stop() {
    server.close();
  }

  /** A wrong guess, with a new code if the last one is over. */
  private Answer guess() {
    Answer answer = challenge.isEmpty() ? ask() : client.verify(challenge, server.wrongCode(ADA));
    return answer.status() == 401 && answer.text("code").equals("code_expired") ? ask() : answer;
  }

  private Answer ask() {
    challenge = client.ask(ADA).isOk().text("challenge");
    return client.verify(challenge, server.wrongCode(ADA));
  }

  private void isWrong(Duration delay) {
    Answer answer = guess().isProblem(401, "wrong_code");
    assertThat(answer.text("action")).isEqualTo("retry");
    server.clock().advance(delay);
  }

  private void locks(Duration lock) {
    isLockedFor(lock, guess());
    server.clock().advance(lock.minusMillis(1));
    isLockedFor(Duration.ofSeconds(1), client.ask(ADA));
    server.clock().advance(Duration.ofMillis(1));
  }

  private static void isLockedFor(Duration lock, Answer answer) {
    answer.isProblem(423, "account_locked");
    assertThat(answer.number("retry_after")).isEqualTo(lock.toSeconds());
    assertThat(answer.header("retry-after")).containsExactly("" + lock.toSeconds());
    assertThat(answer.text("action")).isEqualTo("wait");
  }

  @Test
  void wrongCodes_lockAtTheThirdFifthTenthFifteenthAndEachLater() {
    isWrong(Duration.ZERO);
    isWrong(Duration.ofSeconds(2));
    locks(Duration.ofMinutes(5));
    isWrong(Duration.ofSeconds(8));
    locks(Duration.ofMinutes(30));
    isWrong(Duration.ofSeconds(32));
    isWrong(Duration.ofSeconds(64));
    isWrong(Duration.ofSeconds(128));
    isWrong(Duration.ofSeconds(256));
    locks(Duration.ofHours(1));
    for (int i = 11; i <= 14; i++) {
      isWrong(Duration.ofMinutes(5));
    }
    locks(Duration.ofHours(24));
    locks(Duration.ofHours(24));

    assertThat(server.count(AuthEvent.GuessFailed.class)).isEqualTo(16);
    assertThat(server.count(AuthEvent.AccountLocked.class)).isEqualTo(5);
  }

  @Test
  void attemptsLeft_countDownToTheLock() {
    assertThat(guess().isProblem(401, "wrong_code").number("attempts_left")).isEqualTo(2);
    assertThat(guess().isProblem(401, "wrong_code").number("attempts_left")).isEqualTo(1);
  }

  @Test
  void rightCode_whileDelayed_isRefused_andSignsInWhenTheDelayIsOver() {
    guess();
    guess();
    server.clock().advance(Duration.ofSeconds(2).minusMillis(1));
    Answer early = client.verify(challenge, server.code(ADA)).isProblem(429, "slow_down");

    assertThat(early.header("retry-after")).containsExactly("1");
    assertThat(early.header("ratelimit").get(0)).startsWith("\"failures\";r=0;");
    server.clock().advance(Duration.ofMillis(1));
    client.verify(challenge, server.code(ADA)).isOk();
  }

  @Test
  void rightCode_whileLocked_isRefused() {
    isWrong(Duration.ZERO);
    isWrong(Duration.ofSeconds(2));
    guess().isProblem(423, "account_locked");

    client.verify(challenge, server.code(ADA)).isProblem(423, "account_locked");
  }

  @Test
  void lock_doesNotEndTheSessionsOfTheOwner() {
    SignedIn owner = server.signIn(ADA);
    isWrong(Duration.ZERO);
    isWrong(Duration.ofSeconds(2));
    guess().isProblem(423, "account_locked");

    client.me(owner).isOk();
    client.refresh(owner).isOk();
  }

  @Test
  void success_forgetsTheWrongCodesBeforeIt() {
    isWrong(Duration.ZERO);
    isWrong(Duration.ofSeconds(2));
    client.verify(challenge, server.code(ADA)).isOk();

    assertThat(guess().isProblem(401, "wrong_code").number("attempts_left")).isEqualTo(2);
  }

  @Test
  void newChallenge_doesNotForgetTheWrongCodes() {
    isWrong(Duration.ZERO);
    isWrong(Duration.ofSeconds(2));

    isLockedFor(Duration.ofMinutes(5), ask());
  }

  @Test
  void guess_withoutTheOwnersChallenge_isNoGuess() {
    guess();
    String code = server.wrongCode(ADA);
    for (int i = 0; i < 10; i++) {
      client.verify("x".repeat(300 + i), code).isProblem(401, "code_expired");
    }

    client.verify(challenge, server.code(ADA)).isOk();
    assertThat(server.count(AuthEvent.GuessFailed.class)).isEqualTo(1);
  }
}
