package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.auth.Limits;
import dev.latchkey.auth.VerifyCodeResult.SignedIn;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.token.TokenCheck;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class TestLatchkeyTest {
  @Test
  void signIn_givesTokensThatTheInstanceAccepts() {
    TestLatchkey test = TestLatchkey.create();

    SignedIn signedIn = test.signIn("Ada@Example.com");

    assertThat(signedIn.newAccount()).isTrue();
    assertThat(authenticate(test, signedIn)).isInstanceOf(TokenCheck.Accepted.class);
  }

  @Test
  void signIn_ofOnePersonTwice_isOfOneAccount() {
    TestLatchkey test = TestLatchkey.create();

    SignedIn first = test.signIn("ada@example.com");
    SignedIn second = test.signIn("ADA@example.com");

    assertThat(second.newAccount()).isFalse();
    assertThat(second.account()).isEqualTo(first.account());
  }

  @Test
  void signIn_pastTheLimit_namesTheRefusal() {
    TestLatchkey test = TestLatchkey.create();
    for (int i = 0; i < 3; i++) {
      test.signIn("ada@example.com");
    }

    assertThatIllegalStateException()
        .isThrownBy(() -> test.signIn("ada@example.com"))
        .withMessageContaining("Limited[limit=identifier");
  }

  @Test
  void signIn_ofManyPeople_meetsNoLimitOfOneIp() {
    TestLatchkey test = TestLatchkey.create();

    for (int i = 0; i < 30; i++) {
      assertThat(test.signIn("ada" + i + "@example.com").newAccount()).isTrue();
    }
  }

  @Test
  void anAccessToken_expiresWhenTheClockIsMoved() {
    TestLatchkey test = TestLatchkey.create();
    SignedIn signedIn = test.signIn("ada@example.com");

    test.clock().advance(Duration.ofMinutes(16));

    assertThat(authenticate(test, signedIn)).isNotInstanceOf(TokenCheck.Accepted.class);
  }

  @Test
  void instances_shareKeysAndNothingElse() {
    TestLatchkey one = TestLatchkey.create();
    TestLatchkey other = TestLatchkey.create();
    SignedIn signedIn = one.signIn("ada@example.com");

    assertThat(one.latchkey().jwks()).isEqualTo(other.latchkey().jwks());
    assertThat(authenticate(other, signedIn)).isNotInstanceOf(TokenCheck.Accepted.class);
    assertThat(other.mailbox().messages()).isEmpty();
    assertThat(other.signIn("ada@example.com").newAccount()).isTrue();
  }

  @Test
  void aPartOfTheTestsChoice_isUsed() {
    TestLatchkey test =
        TestLatchkey.create(
            builder ->
                builder.limits(
                    Limits.builder().sendIdentifier(Quota.of(1, Duration.ofHours(1))).build()));
    test.signIn("ada@example.com");

    assertThatIllegalStateException().isThrownBy(() -> test.signIn("ada@example.com"));
  }

  @Test
  void aBarredAddress_getsItsCodeWithheld() {
    TestLatchkey test = TestLatchkey.create();
    SignedIn signedIn = test.signIn("ada@example.com");
    test.stores().accounts().bar(signedIn.account().email());

    test.latchkey().requestCode("ada@example.com", ClientInfo.unknown());

    assertThat(test.mailbox().codes("ada@example.com")).hasSize(1);
    assertThat(test.mailbox().withheld()).hasSize(1);
  }

  private static TokenCheck authenticate(TestLatchkey test, SignedIn signedIn) {
    return test.latchkey()
        .authenticate(
            signedIn.tokens().accessToken().revealText(),
            ClientInfo.unknown().deviceToken(signedIn.tokens().device().text().revealText()));
  }
}
