package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * The licence to say rules again in Lua: long random histories, told to the scripts and to the pure
 * functions of auth-core, and every answer is the same. Clocks step in them, back as well, and
 * stand at the very edges of what is kept; configurations change.
 *
 * <p>100,000 calls in the default build, ten million when thorough.
 */
final class DifferentialTest {
  private static final int STEPS = 250;

  private final Answers answers = new Answers();

  @Test
  void signIns_inRandomHistories_areAnsweredAsThePureFunctionsDo() throws Exception {
    RedisStores stores = new TestStores().stores();
    Histories.run(140, seed -> new SignInHistory(stores.otp(), seed, answers).run(STEPS));

    assertThat(answers.kinds())
        .contains(
            "addCode Gone",
            "addCode Locked",
            "addCode Opened",
            "addCode TooEarly",
            "forgetDevices none",
            "forgetDevices some",
            "full lane counts",
            "full lane is forgotten",
            "guess Expired",
            "guess Held",
            "guess Right",
            "guess Wrong DELAY known",
            "guess Wrong DELAY stranger",
            "guess Wrong LOCK known",
            "guess Wrong LOCK stranger",
            "guess Wrong NONE known",
            "guess Wrong NONE stranger",
            "open Locked",
            "open Opened",
            "unlock KEPT",
            "unlock REFUSED",
            "unlock REPLACED",
            "withdraw false",
            "withdraw true");
  }

  @Test
  void sessions_inRandomHistories_areAnsweredAsThePureFunctionsDo() throws Exception {
    RedisStores stores = new TestStores().stores();
    Histories.run(120, seed -> new SessionHistory(stores.sessions(), seed, answers).run(STEPS));

    assertThat(answers.kinds())
        .contains(
            "end none",
            "end some",
            "isLive false",
            "isLive true",
            "list none",
            "list some",
            "rotate Ahead",
            "rotate NotLive",
            "rotate Reused",
            "rotate Rotated",
            "rotate WrongDevice",
            "start none",
            "start some");
  }

  @Test
  void rateLimits_inRandomHistories_areAnsweredAsThePureFunctionsDo() throws Exception {
    RedisStores stores = new TestStores().stores();
    Histories.run(30, seed -> new RateHistory(stores.rateLimits(), seed, answers).run(2 * STEPS));

    assertThat(answers.kinds())
        .contains(
            "acquire Admitted", "acquire Refused", "acquireAll Admitted", "acquireAll Refused");
  }
}
