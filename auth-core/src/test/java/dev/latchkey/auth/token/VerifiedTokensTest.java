package dev.latchkey.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class VerifiedTokensTest {

  private static final VerifiedTokens.Entry ENTRY = new VerifiedTokens.Entry("kid", claims());

  @Test
  void token_isFoundByItsExactTextAlone() {
    VerifiedTokens tokens = new VerifiedTokens(10);
    tokens.remember("a.b.c", ENTRY);

    assertThat(tokens.find("a.b.c")).contains(ENTRY);
    assertThat(tokens.find("a.b.C")).isEmpty();
    assertThat(tokens.find("a.b.c ")).isEmpty();
    tokens.forget("a.b.c");
    assertThat(tokens.find("a.b.c")).isEmpty();
  }

  @Test
  void tokens_neverExceedTheBound() {
    VerifiedTokens tokens = new VerifiedTokens(10);
    for (int i = 0; i < 1000; i++) {
      tokens.remember("token-" + i, ENTRY);
      assertThat(tokens.size()).isLessThanOrEqualTo(10);
      assertThat(tokens.find("token-" + i)).isPresent();
    }
    assertThat(tokens.find("token-0")).isEmpty();
  }

  @Test
  void tokens_fillOneHalf_andTheOtherIsForgottenWhenItIsFull() {
    VerifiedTokens tokens = new VerifiedTokens(10);
    for (int size = 1; size <= 9; size++) {
      tokens.remember("token-" + size, ENTRY);
      assertThat(tokens.size()).isEqualTo(size);
    }
    tokens.remember("token-10", ENTRY);

    assertThat(tokens.size()).isEqualTo(5);
    assertThat(tokens.find("token-5")).isEmpty();
    assertThat(tokens.find("token-6")).isPresent();
    assertThat(new VerifiedTokens(2).size()).isZero();
  }

  @Test
  void tokenThatIsUsedAgainAndAgain_stays() {
    VerifiedTokens tokens = new VerifiedTokens(10);
    tokens.remember("often", ENTRY);
    for (int i = 0; i < 1000; i++) {
      tokens.remember("token-" + i, ENTRY);
      assertThat(tokens.find("often")).isPresent();
    }
  }

  @Test
  void forgotten_inEitherHalf_isForgotten() {
    VerifiedTokens tokens = new VerifiedTokens(4);
    tokens.remember("old", ENTRY);
    tokens.remember("new", ENTRY);
    tokens.remember("newer", ENTRY);

    tokens.forget("old");
    tokens.forget("newer");

    assertThat(tokens.find("old")).isEmpty();
    assertThat(tokens.find("newer")).isEmpty();
    assertThat(tokens.find("new")).isPresent();
  }

  @Test
  void manyThreads_growItByNoMoreThanOneEntryEach() throws Exception {
    int count = 16;
    VerifiedTokens tokens = new VerifiedTokens(100);
    CyclicBarrier together = new CyclicBarrier(count);
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Callable<Integer>> calls = new ArrayList<>();
      for (int t = 0; t < count; t++) {
        int thread = t;
        calls.add(
            () -> {
              together.await();
              int largest = 0;
              for (int i = 0; i < 2000; i++) {
                tokens.remember(thread + "-" + i, ENTRY);
                largest = Math.max(largest, tokens.size());
              }
              return largest;
            });
      }
      for (Future<Integer> largest : threads.invokeAll(calls)) {
        assertThat(largest.get()).isLessThanOrEqualTo(100 + 2 * count);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void bound_belowTwo_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new VerifiedTokens(1));
    assertThat(VerifiedTokens.DEFAULT_MAX_ENTRIES).isEqualTo(10_000);
  }

  private static AccessClaims claims() {
    Instant now = Instant.parse("2026-03-01T12:00:00Z");
    return new AccessClaims(
        "issuer",
        new AccountId("a"),
        "audience",
        now,
        now,
        now.plusSeconds(60),
        "jti",
        now,
        "client",
        new DeviceId(Base64Url.encode(new byte[32])),
        "session",
        Set.of(),
        Map.of());
  }
}
