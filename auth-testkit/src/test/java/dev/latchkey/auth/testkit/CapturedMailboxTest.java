package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.crypto.SecretText;
import dev.latchkey.auth.delivery.AlertReason;
import dev.latchkey.auth.delivery.Message;
import dev.latchkey.auth.delivery.Receipt;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CapturedMailboxTest {
  private final CapturedMailbox mailbox = CapturedMailbox.create();

  private static Message code(String to, String code) {
    return new Message.Code(address(to), SecretText.of(code), Duration.ofMinutes(5));
  }

  private static Message lock(String to, String token) {
    return new Message.Lock(
        address(to), SecretText.of(token), Duration.ofMinutes(5), Optional.empty());
  }

  private static Message alert(String to) {
    return new Message.Alert(address(to), AlertReason.WRONG_DEVICE, MutableClock.START);
  }

  private static EmailAddress address(String text) {
    return EmailAddress.parse(text).orElseThrow();
  }

  @Test
  void messages_areKept_theNewestFirst() {
    Message first = code("ada@example.com", "111111");
    Message second = alert("bob@example.com");
    Message third = code("ada@example.com", "333333");

    assertThat(mailbox.send(first)).isEqualTo(new Receipt.Accepted("captured-1"));
    assertThat(mailbox.send(second)).isEqualTo(new Receipt.Accepted("captured-2"));
    mailbox.send(third);

    assertThat(mailbox.messages()).containsExactly(third, second, first);
    assertThat(mailbox.messages("Ada@EXAMPLE.com")).containsExactly(third, first);
    assertThat(mailbox.messages("nobody@example.com")).isEmpty();
  }

  @Test
  void lastCode_isTheNewestCodeOfThatAddress() {
    mailbox.send(code("ada@example.com", "111111"));
    mailbox.send(code("ada@example.com", "222222"));
    mailbox.send(code("bob@example.com", "333333"));
    mailbox.send(alert("ada@example.com"));

    assertThat(mailbox.lastCode(" ADA@example.com ")).isEqualTo("222222");
    assertThat(mailbox.codes("ada@example.com")).containsExactly("222222", "111111");
  }

  @Test
  void lastCode_ofNobody_isRefused() {
    mailbox.send(alert("ada@example.com"));

    assertThatExceptionOfType(NoSuchElementException.class)
        .isThrownBy(() -> mailbox.lastCode("ada@example.com"));
    assertThatIllegalArgumentException().isThrownBy(() -> mailbox.lastCode("no address"));
  }

  @Test
  void lastUnlockToken_isTheNewestOfThatAddress() {
    mailbox.send(lock("ada@example.com", "first"));
    mailbox.send(lock("ada@example.com", "second"));
    mailbox.send(lock("bob@example.com", "third"));
    mailbox.send(code("ada@example.com", "111111"));

    assertThat(mailbox.lastUnlockToken(" ADA@example.com ")).isEqualTo("second");
    assertThat(mailbox.unlockTokens("ada@example.com")).containsExactly("second", "first");
    assertThatExceptionOfType(NoSuchElementException.class)
        .isThrownBy(() -> mailbox.lastUnlockToken("nobody@example.com"));
  }

  @Test
  void pastTheBound_theOldestGo() {
    CapturedMailbox small = CapturedMailbox.holding(2);
    small.send(code("ada@example.com", "111111"));
    small.send(code("ada@example.com", "222222"));
    small.send(code("ada@example.com", "333333"));

    assertThat(small.codes("ada@example.com")).containsExactly("333333", "222222");
    assertThatIllegalArgumentException().isThrownBy(() -> CapturedMailbox.holding(0));
  }

  @Test
  void told_itFails_refuses_isDown_andRecovers() {
    Message message = code("ada@example.com", "111111");
    assertThat(mailbox.isUp()).isTrue();

    mailbox.fail();
    assertThat(mailbox.isUp()).isTrue();
    assertThat(mailbox.send(message)).isEqualTo(new Receipt.Failed());
    assertThat(mailbox.withhold(message)).isEqualTo(new Receipt.Failed());

    mailbox.goDown();
    assertThat(mailbox.isUp()).isFalse();
    assertThat(mailbox.send(message)).isEqualTo(new Receipt.Failed());

    mailbox.refuseRecipients();
    assertThat(mailbox.isUp()).isTrue();
    assertThat(mailbox.send(message)).isEqualTo(new Receipt.RecipientRefused());
    assertThat(mailbox.messages()).isEmpty();

    mailbox.recover();
    assertThat(mailbox.send(message)).isInstanceOf(Receipt.Accepted.class);
    assertThat(mailbox.messages()).containsExactly(message);
  }

  @Test
  void withheldMessages_areKeptApart_andClearedAlike() {
    Message message = code("ada@example.com", "111111");
    mailbox.withhold(message);

    assertThat(mailbox.messages()).isEmpty();
    assertThat(mailbox.withheld()).containsExactly(message);
    mailbox.clear();
    assertThat(mailbox.withheld()).isEmpty();
  }

  @Test
  void toString_showsNoMessage() {
    mailbox.send(code("ada@example.com", "111111"));

    assertThat(mailbox).hasToString("CapturedMailbox[1 messages, ACCEPTING]");
  }

  @Test
  void parallelMessages_areAllKept() {
    Race.of(64).run(i -> mailbox.send(code("ada@example.com", "%06d".formatted(i))));

    assertThat(mailbox.codes("ada@example.com")).hasSize(64).doesNotHaveDuplicates();
  }
}
