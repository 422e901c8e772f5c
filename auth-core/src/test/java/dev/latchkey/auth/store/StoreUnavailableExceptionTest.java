package dev.latchkey.auth.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoreUnavailableExceptionTest {

  @Test
  void message_namesTheOperation_andNothingElse() {
    IOException cause = new IOException("redis://user:password@host");
    StoreUnavailableException e = new StoreUnavailableException("otp.guess", true, cause);

    assertThat(e).hasMessage("store unavailable during otp.guess").hasCause(cause);
    assertThat(e.operation()).isEqualTo("otp.guess");
    assertThat(e.retryable()).isTrue();
  }

  @Test
  void cause_mayBeMissing() {
    StoreUnavailableException e = new StoreUnavailableException("key.read", false, null);

    assertThat(e).hasNoCause();
    assertThat(e.retryable()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "ada@example.com", "otp guess", "1", "a\r\nb", "code=492817", "a\u0000"})
  void operation_thatCouldBeData_isReplaced(String operation) {
    StoreUnavailableException e = new StoreUnavailableException(operation, true, null);

    assertThat(e).hasMessage("store unavailable during unnamed");
    assertThat(e.operation()).isEqualTo("unnamed");
  }

  @Test
  void operation_of64Characters_isKept_and65AreReplaced() {
    String longest = "a".repeat(64);

    assertThat(new StoreUnavailableException(longest, true, null).operation()).isEqualTo(longest);
    assertThat(new StoreUnavailableException(longest + "a", true, null).operation())
        .isEqualTo("unnamed");
  }
}
