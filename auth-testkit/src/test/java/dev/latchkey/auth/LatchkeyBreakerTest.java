package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.ratelimit.SprayBreaker;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.testkit.TestLatchkey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** A spray over many addresses makes codes longer and refuses nobody. */
class LatchkeyBreakerTest {
  private static final String ADA = "ada@example.com";
  private static final String BOB = "bob@example.com";
  private static final Duration SURGE_ENDS_AFTER =
      Thresholds.DEFAULT.period().plus(Thresholds.DEFAULT.calm());

  private final List<AuthEvent> events = Collections.synchronizedList(new ArrayList<>());
  private final TestLatchkey test = TestLatchkey.create(builder -> builder.listener(events::add));
  private final Latchkey one = test.latchkey();

  /** Another node, over the same store. */
  private final Latchkey other =
      TestLatchkey.create(
              builder ->
                  builder
                      .stores(test.stores())
                      .clock(test.clock())
                      .codeSender(test.mailbox())
                      .listener(events::add))
          .latchkey();

  private final Crowd crowd = new Crowd(test);
  private int victims;

  /** So many wrong codes, at most two an address, and none from an IP that failed before. */
  private void spray(int failures) {
    for (int i = 0; i < failures; i += 2) {
      victims++;
      String victim = "victim" + victims + "@example.com";
      String challenge = crowd.challenge(victim);
      for (int j = 0; j < Math.min(2, failures - i); j++) {
        Latchkey node = j == 0 ? one : other;
        assertThat(node.verifyCode(challenge, wrongFor(victim), crowd.next()))
            .isInstanceOf(VerifyCodeResult.WrongCode.class);
      }
    }
  }

  private String wrongFor(String victim) {
    return test.mailbox().lastCode(victim).length() == 6 ? crowd.wrongCode(victim) : "0000-0000";
  }

  private int codeLength(Latchkey node, String email) {
    return ((RequestCodeResult.Sent) node.requestCode(email, crowd.next())).codeLength();
  }

  private long tripped() {
    return events.stream().filter(AuthEvent.BreakerTripped.class::isInstance).count();
  }

  @Test
  void spray_of300FailuresAMinute_changesNothing() {
    spray(300);

    assertThat(tripped()).isZero();
    assertThat(codeLength(one, ADA)).isEqualTo(6);
    assertThat(codeLength(other, ADA)).isEqualTo(6);
  }

  @Test
  void spray_past300FailuresAMinute_makesNewCodesLongOnEveryNode_andEachAlarmsOnce() {
    spray(320);
    test.clock().advance(Duration.ofSeconds(1));

    assertThat(tripped()).isEqualTo(2);
    assertThat(codeLength(one, ADA)).isEqualTo(8);
    assertThat(test.mailbox().lastCode(ADA)).hasSize(8);
    assertThat(codeLength(other, BOB)).isEqualTo(8);
    assertThat(test.mailbox().lastCode(BOB)).hasSize(8);
  }

  @Test
  void surge_thatCalmsDown_bringsSixDigitsBackOnEveryNode() {
    spray(301);
    assertThat(codeLength(one, ADA)).isEqualTo(8);
    test.clock().advance(SURGE_ENDS_AFTER.minusMillis(1));
    assertThat(codeLength(one, ADA)).isEqualTo(8);
    assertThat(codeLength(other, ADA)).isEqualTo(8);
    test.clock().advance(SprayBreaker.REREAD_EVERY);

    assertThat(codeLength(one, BOB)).isEqualTo(6);
    assertThat(codeLength(other, BOB)).isEqualTo(6);
    assertThat(events).hasAtLeastOneElementOfType(AuthEvent.BreakerCalmed.class);
    assertThat(tripped()).isEqualTo(2);
  }

  @Test
  void shortCode_mailedBefore_takesOneGuessDuringASurge() {
    String adas = crowd.challenge(ADA);
    String code = test.mailbox().lastCode(ADA);
    spray(301);

    assertThat(crowd.fail(ADA, adas)).isEqualTo(new VerifyCodeResult.WrongCode(0, Duration.ZERO));

    assertThat(one.verifyCode(adas, code, crowd.next())).isEqualTo(new VerifyCodeResult.Expired());
  }

  @Test
  void shortCode_mailedBeforeAndRight_signsInDuringASurge() {
    String adas = crowd.challenge(ADA);
    String code = test.mailbox().lastCode(ADA);
    spray(301);

    assertThat(other.verifyCode(adas, code, crowd.next()))
        .isInstanceOf(VerifyCodeResult.SignedIn.class);
  }

  @Test
  void longCode_signsIn_howeverItIsTyped() {
    spray(301);
    assertThat(test.signIn(ADA).newAccount()).isTrue();

    String challenge = crowd.challenge(BOB);
    String code = test.mailbox().lastCode(BOB).toLowerCase(Locale.ROOT);
    String typed = code.substring(0, 4) + " - " + code.substring(4);
    assertThat(one.verifyCode(challenge, typed, crowd.next()))
        .isInstanceOf(VerifyCodeResult.SignedIn.class);
  }

  @Test
  void longCode_hasAllItsGuessesDuringASurge() {
    spray(301);
    String challenge = crowd.challenge(ADA);

    assertThat(one.verifyCode(challenge, "0000-0000", crowd.next()))
        .isEqualTo(new VerifyCodeResult.WrongCode(2, Duration.ZERO));
    assertThat(one.verifyCode(challenge, test.mailbox().lastCode(ADA), crowd.next()))
        .isInstanceOf(VerifyCodeResult.SignedIn.class);
  }

  @Test
  void surge_refusesNobodyWhoIsHonest() {
    ClientInfo known =
        crowd.next().deviceToken(test.signIn(ADA).tokens().device().text().revealText());
    List<String> early = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      early.add(crowd.challenge("early" + i + "@example.com"));
    }
    spray(400);

    for (int i = 0; i < 50; i++) {
      String email = "early" + i + "@example.com";
      assertThat(one.verifyCode(early.get(i), test.mailbox().lastCode(email), crowd.next()))
          .isInstanceOf(VerifyCodeResult.SignedIn.class);
      assertThat(test.signIn("late" + i + "@example.com").newAccount()).isTrue();
    }
    assertThat(test.signIn(ADA, known).newAccount()).isFalse();
  }

  @Test
  void failures_thatAreNotCompared_tripNothing() {
    String challenge = crowd.challenge(ADA);
    for (int i = 0; i < 2; i++) {
      crowd.fail(ADA, challenge);
    }
    for (int i = 0; i < 400; i++) {
      crowd.fail(ADA, challenge);
    }

    assertThat(tripped()).isZero();
  }
}
