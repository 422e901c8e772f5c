package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.store.StoreUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

final class TroubleTest {
  private static StoreUnavailableException refused(String message) {
    return Trouble.refused(new RedisCommandExecutionException(message)).during("otp.guess");
  }

  @Test
  void whatPassesByItself_canBeTriedAgain() {
    for (String message :
        List.of(
            "LOADING Redis is loading the dataset in memory",
            "READONLY You can't write against a read only replica.",
            "CLUSTERDOWN The cluster is down",
            "MOVED 1234 127.0.0.1:7000",
            "ERR Error running script (call to f_00): @user_script:12: LATE",
            "ERR Error running script (call to f_00): @user_script:3: READONLY",
            "ERR Error running script: @user_script: 40: -READONLY You can't write against",
            "ERR Error running script: @user_script: 40: -NOREPLICAS Not enough good replicas",
            "ERR Error running script (call to f_00): @user_script:30: CLOCK",
            "LATE")) {
      assertThat(refused(message).retryable()).as(message).isTrue();
    }
  }

  @Test
  void whatSomebodyMustActUpon_canNot() {
    for (String message :
        List.of(
            "NOAUTH Authentication required.",
            "NOPERM this user has no permissions",
            "OOM command not allowed when used memory > 'maxmemory'",
            "FORMAT",
            "ERR Error running script (call to f_00): @user_script:39: HISTORY",
            "ERR Error running script: @user_script: 40: -MISCONF Redis is configured to save",
            "WRONGTYPE Operation against a key",
            "nothing that a server says")) {
      assertThat(refused(message).retryable()).as(message).isFalse();
    }
  }

  @Test
  void whatTheServerSaysOfItsTime_isToldOfTheCallToo() {
    StoreUnavailableException refused =
        Trouble.withTime(refused("NOPERM this user has no permissions")).during("otp.guess");
    StoreUnavailableException strange =
        Trouble.withTime(new StoreUnavailableException("clock.read", false, null))
            .during("otp.guess");

    assertThat(refused).hasStackTraceContaining("refused with NOPERM");
    assertThat(refused.retryable()).isFalse();
    assertThat(strange.retryable()).isFalse();
    assertThat(Trouble.withTime(refused("LOADING")).during("otp.guess").retryable()).isTrue();
  }

  @Test
  void whatIsSaidWithinAScript_isTold() {
    assertThat(refused("ERR Error running script: @user_script: 40: -OOM command not allowed"))
        .hasStackTraceContaining("refused with OOM");
    assertThat(refused("ERR unknown command `ROOM`")).hasStackTraceContaining("refused with ERR");
  }

  @Test
  void whatServersAndDriversSay_goesNoFurther() {
    StoreUnavailableException refused =
        refused("ERR unknown command `EVALSHA`, with args beginning with: `s3cret`");
    StoreUnavailableException lost =
        Trouble.of(
                new ExecutionException(
                    new RedisConnectionException("s3cret", new IOException("s3cret"))))
            .during("otp.guess");

    assertThat(refused).hasStackTraceContaining("refused with ERR");
    assertThat(lost).hasStackTraceContaining("RedisConnectionException by IOException");
    for (StoreUnavailableException told : List.of(refused, lost)) {
      for (Throwable at = told; at != null; at = at.getCause()) {
        assertThat(at.toString()).doesNotContain("s3cret");
      }
    }
  }
}
