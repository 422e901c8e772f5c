package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.GuessBudget;
import dev.latchkey.auth.Limits;
import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.otp.OtpPolicy;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.testkit.MutableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the server starts, refuses to start, stands beside another, and stops. */
class LifecycleTest {
  private static final String ADA = "ada@example.com";
  private static final int FAILED = 1;
  private static final int REFUSED_SETTING = 2;
  private static final int TERMINATED = 143;

  /** What the server's own configuration says; that of the tests is quiet. */
  private static final List<String> LOG_AS_INSTALLED =
      List.of("org.slf4j.simpleLogger.log.dev.latchkey.auth=info");

  private static final GuessBudget DEFAULT_BUDGET =
      GuessBudget.of(OtpPolicy.standard(), Limits.standard(), Thresholds.DEFAULT);

  @Test
  void stop_letsARequestInFlightFinish() throws Exception {
    CountDownLatch inFlight = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    TestServer server =
        TestServer.start(
            builder ->
                builder.listener(
                    event -> {
                      if (event instanceof AuthEvent.CodeSent) {
                        inFlight.countDown();
                        await(release);
                      }
                    }));
    CompletableFuture<Answer> answer =
        CompletableFuture.supplyAsync(() -> server.visitor().ask(ADA), LifecycleTest::thread);
    await(inFlight);
    CompletableFuture<Void> stop = CompletableFuture.runAsync(server::close, LifecycleTest::thread);
    while (takesConnections(server.port())) {
      Thread.onSpinWait();
    }
    assertThat(stop).isNotDone();
    release.countDown();

    assertThat(answer.get(30, TimeUnit.SECONDS).isOk().has("challenge")).isTrue();
    stop.get(30, TimeUnit.SECONDS);
  }

  private static void thread(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean takesConnections(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void twoServersOnOneHost_shareNothing() {
    try (TestServer one = TestServer.start();
        TestServer two = TestServer.start("LATCHKEY_SECRET", TestServer.SECRET)) {
      for (int i = 0; i < 3; i++) {
        one.visitor().ask(ADA).isOk();
      }
      one.visitor().ask(ADA).isProblem(429, "rate_limited");

      assertThat(two.mails(ADA)).isEmpty();
      SignedIn there = two.signIn(ADA);
      two.visitor().me(there).isOk();
      // Even with the same keys: the session is known to its own server alone.
      one.visitor().me(there).isProblem(401, "token_revoked");
      assertThat(one.mails(ADA, "code")).isEqualTo(3);
    }
  }

  @Test
  void twoServersWithDefaults_haveKeysOfTheirOwn() {
    Settings settings = Settings.of(Map.of("PORT", "0"));
    try (RunningServer one = ExampleServer.start(settings, Clock.systemUTC());
        RunningServer two = ExampleServer.start(settings, Clock.systemUTC())) {
      assertThat(one.port()).isNotEqualTo(two.port());
      assertThat(one.latchkey().jwks()).isNotEqualTo(two.latchkey().jwks());
    }
  }

  @Test
  void portThatIsTaken_isToldOf_andTheOtherServerGoesOn() {
    try (TestServer server = TestServer.start()) {
      Settings same = Settings.of(Map.of("PORT", "" + server.port()));

      assertThatThrownBy(() -> ExampleServer.start(same, Clock.systemUTC()))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("Port " + server.port());
      server.visitor().get("/health").isOk();
    }
  }

  @Test
  void process_saysWhereItIs_andWhatCanBeGuessed_andStopsWhenAsked() {
    try (ChildServer server = new ChildServer(LOG_AS_INSTALLED)) {
      new Visitor(server.uri()).get("/health").isOk();
      server.stop();

      assertThat(server.status()).isEqualTo(TERMINATED);
      assertThat(server.output())
          .contains("Latchkey example server")
          .contains("/dev/inbox.html")
          .contains("lost when it stops")
          .contains("LATCHKEY_SECRET is not set")
          .contains(DEFAULT_BUDGET.toString())
          .doesNotContain("Exception")
          .doesNotContainIgnoringCase("jetty")
          .doesNotContainIgnoringCase("javalin");
    }
  }

  @Test
  void settingThatCanNotBeUsed_stopsTheStart_inOneSentence() {
    try (ChildServer server =
        new ChildServer(List.of(), "LATCHKEY_STORE", "jdbc:x://user:hunter2@localhost")) {
      assertThat(server.status()).isEqualTo(REFUSED_SETTING);
      assertThat(server.output().lines().toList())
          .singleElement()
          .asString()
          .startsWith("LATCHKEY_STORE must be \"memory\"")
          .doesNotContain("hunter2");
    }
  }

  @Test
  void storeThatIsNotThere_stopsTheStart_inOneSentence() throws IOException {
    try (ChildServer server =
        new ChildServer(
            List.of("org.slf4j.simpleLogger.defaultLogLevel=error"),
            "LATCHKEY_STORE",
            "redis://user:hunter2@127.0.0.1:" + freePort(),
            "LATCHKEY_SECRET",
            TestServer.SECRET)) {
      assertThat(server.status()).isEqualTo(FAILED);
      assertThat(server.output().lines().toList())
          .singleElement()
          .asString()
          .startsWith("The store that LATCHKEY_STORE names can not be reached")
          .doesNotContain("hunter2");
    }
  }

  @Test
  void databaseWithoutASecret_stopsTheStart_andSaysWhy(@TempDir Path directory) {
    try (ChildServer server =
        new ChildServer(List.of(), "LATCHKEY_STORE", "jdbc:h2:file:" + directory.resolve("x"))) {
      assertThat(server.status()).isEqualTo(REFUSED_SETTING);
      assertThat(server.output().lines().toList())
          .singleElement()
          .asString()
          .isEqualTo(
              "LATCHKEY_SECRET must be set with any store but memory:"
                  + " what one secret sealed no other opens.");
    }
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:postgresql://127.0.0.1:PORT/x?user=u&password=hunter2|reached (SQLSTATE 08001)",
        "jdbc:mariadb://127.0.0.1:PORT/x?user=u&password=hunter2|reached (SQLSTATE 08000)",
        "jdbc:postgresql://a/b/hunter2?password=hunter2|used (SQLSTATE 99999)",
        "jdbc:mariadb://127.0.0.1:hunter2/?password=hunter2|used",
        "jdbc:h2:file:hunter2;PASSWORD=hunter2|used (SQLSTATE 90011)"
      })
  void databaseThatIsNotThere_stopsTheStart_inOneSentence(String url, String what)
      throws IOException {
    try (ChildServer server =
        new ChildServer(
            List.of("org.slf4j.simpleLogger.defaultLogLevel=warn"),
            "LATCHKEY_STORE",
            url.replace("PORT", "" + freePort()),
            "LATCHKEY_SECRET",
            TestServer.SECRET)) {
      assertThat(server.status()).isEqualTo(FAILED);
      assertThat(server.output().lines().toList())
          .containsExactly("The store that LATCHKEY_STORE names can not be " + what + ".");
    }
  }

  @Test
  void passwordThatIsWrong_stopsTheStart_inOneSentence(@TempDir Path directory) {
    String url = "jdbc:h2:file:" + directory.resolve("x") + ";USER=sa;PASSWORD=";
    TestDatabase.execute(url + "right");
    try (ChildServer server =
        new ChildServer(
            List.of("org.slf4j.simpleLogger.defaultLogLevel=warn"),
            "LATCHKEY_STORE",
            url + "hunter2",
            "LATCHKEY_SECRET",
            TestServer.SECRET)) {
      assertThat(server.status()).isEqualTo(FAILED);
      assertThat(server.output().lines().toList())
          .containsExactly(
              "The store that LATCHKEY_STORE names refuses the user or the password"
                  + " (SQLSTATE 28000).");
    }
  }

  @Test
  void fileThatAnotherServerHasOpen_stopsTheStart_inOneSentence(@TempDir Path directory) {
    String url = "jdbc:h2:file:" + directory.resolve("x");
    try (TestServer first = TestServer.over(MutableClock.create(), "LATCHKEY_STORE", url);
        ChildServer server =
            new ChildServer(
                List.of("org.slf4j.simpleLogger.defaultLogLevel=warn"),
                "LATCHKEY_STORE",
                url,
                "LATCHKEY_SECRET",
                TestServer.SECRET)) {
      assertThat(server.status()).isEqualTo(FAILED);
      assertThat(server.output().lines().toList())
          .containsExactly(
              "The store that LATCHKEY_STORE names is in use by another process"
                  + " (SQLSTATE 90020).");
      first.signIn(ADA);
    }
  }

  @Test
  void redisOfTheLimitsThatIsNotThere_stopsTheStart_inOneSentence() throws IOException {
    try (ChildServer server =
        new ChildServer(
            List.of("org.slf4j.simpleLogger.defaultLogLevel=error"),
            "LATCHKEY_STORE",
            "jdbc:h2:mem:x",
            "LATCHKEY_LIMITS",
            "redis://user:hunter2@127.0.0.1:" + freePort(),
            "LATCHKEY_SECRET",
            TestServer.SECRET)) {
      assertThat(server.status()).isEqualTo(FAILED);
      assertThat(server.output().lines().toList())
          .containsExactly("The store that LATCHKEY_LIMITS names can not be reached.");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
