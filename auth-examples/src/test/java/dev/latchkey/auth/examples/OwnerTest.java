package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.event.AuthEvent;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever strangers do to an address: its owner gets in, and they win nothing by that. */
class OwnerTest {
  private static final String ADA = "ada@example.com";
  private static final String BOB = "bob@example.com";

  private final TestServer server = TestServer.start();
  private final Visitor owner = server.visitor().at("192.0.2.50");
  private int strangers;

  @AfterEach
  void stop() {
    server.close();
  }

  /** A client at an IP that was not there before, so that no limit of an IP is in the way. */
  private Visitor somebody() {
    strangers++;
    return server.visitor().at("198.18.%d.%d".formatted(strangers / 256, strangers % 256));
  }

  /** Guesses codes of one address, each time from another IP. */
  private final class Stranger {
    private final String victim;
    private String challenge = "none yet";
    private String wrong = "abcdefgh";

    Stranger(String victim) {
      this.victim = victim;
    }

    void ask() {
      challenge = somebody().ask(victim).isOk().text("challenge");
      wrong = server.wrongCode(victim);
    }

    /** A wrong guess, with a code of its own if the last one is over. */
    Answer guess() {
      Answer answer = somebody().verify(challenge, wrong);
      if (answer.status() == 401 && answer.text("code").equals("code_expired")) {
        ask();
        answer = somebody().verify(challenge, wrong);
      }
      return answer;
    }

    void isWrong(Duration delay) {
      guess().isProblem(401, "wrong_code");
      server.clock().advance(delay);
    }

    void locks(Duration lock) {
      Answer locked = guess().isProblem(423, "account_locked");
      assertThat(locked.number("retry_after")).isEqualTo(lock.toSeconds());
    }

    /** To the third wrong code. */
    void locks() {
      isWrong(Duration.ZERO);
      isWrong(Duration.ofSeconds(2));
      locks(Duration.ofMinutes(5));
    }

    /** To the fifteenth wrong code, from which on each locks for a day. */
    void runsThroughTheTable() {
      locks();
      server.clock().advance(Duration.ofMinutes(5));
      isWrong(Duration.ofSeconds(8));
      locks(Duration.ofMinutes(30));
      server.clock().advance(Duration.ofMinutes(30));
      for (int seconds = 32; seconds <= 256; seconds *= 2) {
        isWrong(Duration.ofSeconds(seconds));
      }
      locks(Duration.ofHours(1));
      server.clock().advance(Duration.ofHours(1));
      for (int i = 11; i <= 14; i++) {
        isWrong(Duration.ofMinutes(5));
      }
      locks(Duration.ofHours(24));
    }

    /** Ten codes, after which there is none for a day. */
    void usesUpTheBudget() {
      for (int hour = 0; hour < 2; hour++) {
        ask();
        ask();
        ask();
        server.clock().advance(Duration.ofMinutes(5));
        ask();
        ask();
        if (hour == 0) {
          server.clock().advance(Duration.ofHours(1));
        }
      }
      Answer refused = somebody().ask(victim).isProblem(429, "rate_limited");
      assertThat(refused.header("ratelimit-policy")).containsExactly("\"identifier\";q=10;w=86400");
    }
  }

  private SignedIn signIn(Visitor client) {
    String challenge = client.ask(ADA).isOk().text("challenge");
    return SignedIn.of(client.verify(challenge, server.code(ADA)));
  }

  @Test
  void strangerWhoRunsThroughTableAndBudget_locksNobodyOut_andWinsNoGuessByTheUnlock() {
    Stranger eve = new Stranger(ADA);
    eve.runsThroughTheTable();
    server.clock().advance(Duration.ofHours(24));
    eve.usesUpTheBudget();
    eve.locks(Duration.ofHours(24));
    assertThat(server.count(AuthEvent.GuessFailed.class)).isEqualTo(16);

    owner.ask(ADA).isProblem(423, "account_locked");
    String device = owner.unlock(server.unlockToken(ADA)).isOk().text("device_token");
    Visitor known = owner.on(device);
    SignedIn in = signIn(known);
    assertThat(in.device()).isEqualTo(device);
    owner.me(in).isOk();

    // The stranger goes on, and nothing has changed for it: locked, and no code before tomorrow.
    somebody().ask(ADA).isProblem(423, "account_locked");
    eve.guess().isProblem(423, "account_locked");
    server.clock().advance(Duration.ofHours(23));
    somebody().ask(ADA).isProblem(423, "account_locked");
    assertThat(server.count(AuthEvent.GuessFailed.class)).isEqualTo(16);
    server.clock().advance(Duration.ofHours(1));
    eve.locks(Duration.ofHours(24));
    assertThat(server.count(AuthEvent.GuessFailed.class)).isEqualTo(17);

    // And the owner stays in, and could come in again.
    SignedIn later = SignedIn.of(owner.refresh(in));
    owner.me(later).isOk();
    owner.me(signIn(known)).isOk();
  }

  @Test
  void ownersMailbox_isNotFlooded_byAStrangerWhoGoesOnAsking() {
    Stranger eve = new Stranger(ADA);
    eve.locks();
    for (int i = 0; i < 10; i++) {
      somebody().ask(ADA).isProblem(423, "account_locked");
    }
    // One for the lock, and three more a day.
    assertThat(server.mails(ADA, "lock")).isEqualTo(4);
    owner.unlock(server.unlockToken(ADA)).isOk();
  }

  @Test
  void strangerWhoUsesUpTheCodes_isPassedByTheOwner_withTheTokenOfTheMail() {
    for (int i = 0; i < 3; i++) {
      somebody().ask(ADA).isOk();
    }
    owner.ask(ADA).isProblem(429, "rate_limited");

    String device = owner.unlock(server.unlockToken(ADA)).isOk().text("device_token");
    owner.me(signIn(owner.on(device))).isOk();
    somebody().ask(ADA).isProblem(429, "rate_limited");
  }

  @Test
  void knownDevice_signsInDuringAStrangersLock_withNoUnlock() {
    SignedIn first = signIn(owner);
    new Stranger(ADA).locks();
    owner.ask(ADA).isProblem(423, "account_locked");

    SignedIn second = signIn(owner.on(first.device()));

    owner.me(second).isOk();
    owner.me(first).isOk();
    assertThat(server.count(AuthEvent.Unlocked.class)).isZero();
    somebody().ask(ADA).isProblem(423, "account_locked");
  }

  @Test
  void knownDevice_signsInThoughTheCodesOfStrangersAreUsedUp() {
    SignedIn first = signIn(owner);
    new Stranger(ADA).ask();
    new Stranger(ADA).ask();
    owner.ask(ADA).isProblem(429, "rate_limited");

    owner.me(signIn(owner.on(first.device()))).isOk();
  }

  @Test
  void knownDevice_hasAFailureBudgetOfItsOwn_andLocksItselfAlone() {
    Visitor known = owner.on(signIn(owner).device());
    String challenge = known.ask(ADA).isOk().text("challenge");
    String wrong = server.wrongCode(ADA);
    known.verify(challenge, wrong).isProblem(401, "wrong_code");
    known.verify(challenge, wrong).isProblem(401, "wrong_code");
    server.clock().advance(Duration.ofSeconds(2));
    known.verify(challenge, wrong).isProblem(423, "account_locked");
    known.ask(ADA).isProblem(423, "account_locked");

    signIn(somebody());
    assertThat(server.mails(ADA, "lock")).isEqualTo(2);
  }

  @Test
  void tokenOfOneLock_doesNothingForTheNextLock() {
    Stranger eve = new Stranger(ADA);
    eve.locks();
    String first = server.unlockToken(ADA);
    server.clock().advance(Duration.ofMinutes(5));
    eve.isWrong(Duration.ofSeconds(8));
    eve.locks(Duration.ofMinutes(30));
    String second = server.unlockToken(ADA);

    assertThat(second).isNotEqualTo(first);
    owner.unlock(first).isProblem(401, "invalid_unlock_token");
    owner.ask(ADA).isProblem(423, "account_locked");
    owner.unlock(second).isOk();
  }

  @Test
  void tokenOfOneAccount_doesNothingForAnother() {
    new Stranger(ADA).locks();
    new Stranger(BOB).locks();
    String device = owner.unlock(server.unlockToken(ADA)).isOk().text("device_token");

    owner.on(device).ask(BOB).isProblem(423, "account_locked");
    owner.on(device).ask(ADA).isOk();
  }

  @Test
  void unlock_byGetOrByTheLink_doesNothing() {
    new Stranger(ADA).locks();
    String token = server.unlockToken(ADA);
    for (String method : new String[] {"GET", "HEAD", "PUT", "DELETE"}) {
      Answer refused = owner.send(method, "/auth/unlock?token=" + token, BodyPublishers.noBody());
      assertThat(refused.status()).isEqualTo(405);
      assertThat(refused.header("allow")).containsExactly("POST");
    }
    owner.get("/unlock#" + token).isOk();

    owner.ask(ADA).isProblem(423, "account_locked");
    assertThat(server.count(AuthEvent.Unlocked.class)).isZero();
    assertThat(server.count(AuthEvent.UnlockRefused.class)).isZero();
    owner.unlock(token).isOk();
  }

  @Test
  void unlockingAgain_takesOverTheCountOfTheLane_andWinsNoGuess() {
    new Stranger(ADA).locks();
    String token = server.unlockToken(ADA);
    Visitor known = owner.on(owner.unlock(token).isOk().text("device_token"));
    String challenge = known.ask(ADA).isOk().text("challenge");
    String wrong = server.wrongCode(ADA);
    known.verify(challenge, wrong).isProblem(401, "wrong_code");
    known.verify(challenge, wrong).isProblem(401, "wrong_code");
    server.clock().advance(Duration.ofSeconds(2));

    Visitor again = owner.on(owner.unlock(token).isOk().text("device_token"));
    again.verify(challenge, wrong).isProblem(423, "account_locked");
    Visitor third = owner.on(owner.unlock(token).isOk().text("device_token"));
    third.verify(challenge, server.code(ADA)).isProblem(423, "account_locked");
  }

  @Test
  void unlocks_tenInFiveMinutesAnIp() {
    new Stranger(ADA).locks();
    String token = server.unlockToken(ADA);
    for (int i = 0; i < 9; i++) {
      owner.unlock("forged").isProblem(401, "invalid_unlock_token");
    }
    owner.unlock(token).isOk();

    Answer refused = owner.unlock(token).isProblem(429, "rate_limited");
    assertThat(refused.header("ratelimit-policy")).containsExactly("\"ip\";q=10;w=300");
    assertThat(refused.header("ratelimit")).containsExactly("\"ip\";r=0;t=300");
    assertThat(refused.header("x-ratelimit-limit")).containsExactly("10");
    assertThat(refused.header("retry-after")).containsExactly("300");
    somebody().unlock(token).isOk();
    server.clock().advance(Duration.ofMinutes(5).minusMillis(1));
    owner.unlock("forged").isProblem(429, "rate_limited");
    server.clock().advance(Duration.ofMillis(1));
    owner.unlock("forged").isProblem(401, "invalid_unlock_token");
  }

  @Test
  void refusedUnlock_tellsToSignIn() {
    Answer refused = owner.unlock("forged").isProblem(401, "invalid_unlock_token");

    assertThat(refused.text("action")).isEqualTo("sign_in");
    assertThat(refused.header("www-authenticate")).containsExactly("Bearer");
  }

  @Test
  void afterSigningOutEverywhere_aDeviceIsAStranger() {
    SignedIn in = signIn(owner);
    String[] headers = in.headers();
    Answer out = owner.post("/auth/logout", "{\"scope\":\"all\"}", headers);
    assertThat(out.status()).isEqualTo(204);
    new Stranger(ADA).locks();

    owner.on(in.device()).ask(ADA).isProblem(423, "account_locked");
  }
}
