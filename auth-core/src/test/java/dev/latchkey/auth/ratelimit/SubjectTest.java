package dev.latchkey.auth.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SubjectTest {
  @Test
  void action_isAShortPlainWord() {
    assertThat(new Subject("send.ip_v6-64", "x").action()).isEqualTo("send.ip_v6-64");
    assertThat(new Subject("az09._-", "x").action()).isEqualTo("az09._-");
    assertThat(new Subject("a".repeat(32), "x").action()).hasSize(32);
    for (String action :
        List.of("", "a".repeat(33), "Send", "send ip", "send/ip", "`", "{", ":", "s\u00e9nd")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Subject(action, "x"))
          .withMessageStartingWith("action must be 1 to 32 of a-z");
    }
  }

  @Test
  void value_isVisibleAscii() {
    assertThat(new Subject("send", "!~".repeat(100)).value()).hasSize(200);
    for (String value :
        List.of("", "x".repeat(201), "a b", "a\nb", "a\u0000", "\u007f", "\u00e9")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Subject("send", value))
          .withMessage("value must be 1 to 200 visible ASCII characters, got " + value.length());
    }
  }

  @Test
  void key_isDifferentForDifferentSubjects() {
    assertThat(new Subject("send", "ip/1").key()).isEqualTo("send/ip/1");
    assertThat(new Subject("send.ip", "1").key()).isNotEqualTo(new Subject("send", "ip/1").key());
  }
}
