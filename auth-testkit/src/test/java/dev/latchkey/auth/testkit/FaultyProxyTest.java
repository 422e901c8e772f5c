package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FaultyProxyTest {
  /** In which nothing may come; what should come is given {@link #LONG_MS}. */
  private static final int SHORT_MS = 100;

  private static final int LONG_MS = 30_000;

  private Echo echo;
  private FaultyProxy proxy;

  @BeforeEach
  void start() throws IOException {
    echo = new Echo();
    proxy = FaultyProxy.to("127.0.0.1", echo.port());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    echo.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(LONG_MS);
    return socket;
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String hear(Socket socket, int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
  }

  private static void assertSilent(Socket socket) throws IOException {
    socket.setSoTimeout(SHORT_MS);
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> socket.getInputStream().read());
    socket.setSoTimeout(LONG_MS);
  }

  private static void assertReset(Socket socket) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> socket.getInputStream().read())
        .isNotInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void healthy_passesEverythingBothWays() throws Exception {
    try (Socket one = connect();
        Socket other = connect()) {
      String large = "0123456789".repeat(10_000);
      say(one, "ping");
      say(other, large);

      assertThat(hear(one, 4)).isEqualTo("ping");
      assertThat(hear(other, large.length())).isEqualTo(large);
      assertThat(proxy.accepted()).isEqualTo(2);
    }
  }

  @Test
  void theEndOfAConnection_isPassedOn() throws Exception {
    try (Socket socket = connect()) {
      say(socket, "bye");
      socket.shutdownOutput();

      assertThat(hear(socket, 4)).isEqualTo("bye");
    }
  }

  @Test
  void delay_bringsEverythingLate_andHealingEndsIt() throws Exception {
    proxy.delay(Duration.ofMillis(SHORT_MS));
    try (Socket socket = connect()) {
      long began = System.nanoTime();
      say(socket, "late");

      assertThat(hear(socket, 4)).isEqualTo("late");
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isGreaterThanOrEqualTo(Duration.ofMillis(2 * SHORT_MS));

      proxy.delay(Duration.ofDays(1));
      say(socket, "when");
      assertSilent(socket);
      proxy.heal();
      assertThat(hear(socket, 4)).isEqualTo("when");
    }
  }

  @Test
  void cut_resetsOldAndNewConnections_untilHealed() throws Exception {
    try (Socket old = connect()) {
      say(old, "ping");
      assertThat(hear(old, 4)).isEqualTo("ping");

      proxy.cut();
      assertReset(old);
      try (Socket fresh = connect()) {
        assertReset(fresh);
      }
    }
    proxy.heal();
    try (Socket healed = connect()) {
      say(healed, "ping");
      assertThat(hear(healed, 4)).isEqualTo("ping");
    }
  }

  @Test
  void resetAll_endsTheConnectionsOfTheMoment_alone() throws Exception {
    try (Socket old = connect()) {
      say(old, "ping");
      assertThat(hear(old, 4)).isEqualTo("ping");

      proxy.resetAll();
      assertReset(old);
      try (Socket fresh = connect()) {
        say(fresh, "ping");
        assertThat(hear(fresh, 4)).isEqualTo("ping");
      }
    }
  }

  @Test
  void stall_keepsWhatWasSent_andDeliversItOnceHealed() throws Exception {
    try (Socket old = connect()) {
      say(old, "ping");
      assertThat(hear(old, 4)).isEqualTo("ping");

      proxy.stall();
      say(old, "late");
      try (Socket fresh = connect()) {
        say(fresh, "more");
        assertSilent(fresh);
        assertSilent(old);
        proxy.heal();
        assertThat(hear(old, 4)).isEqualTo("late");
        assertThat(hear(fresh, 4)).isEqualTo("more");
      }
    }
  }

  @Test
  void stall_deliversAlsoWhatADriverSaidThatHasHungUp() throws Exception {
    try (Socket socket = connect()) {
      say(socket, "1");
      assertThat(hear(socket, 1)).isEqualTo("1");
      assertThat(echo.next()).isEqualTo("1");

      proxy.stall();
      say(socket, "late");
      assertSilent(socket);
    }
    proxy.heal();

    assertThat(echo.next()).isEqualTo("late");
  }

  @Test
  void halfOpen_deliversNothing_andResetsOnceHealed() throws Exception {
    try (Socket old = connect()) {
      say(old, "1");
      assertThat(hear(old, 1)).isEqualTo("1");
      assertThat(echo.next()).isEqualTo("1");

      proxy.halfOpen();
      say(old, "lost");
      try (Socket fresh = connect()) {
        say(fresh, "lost");
        assertSilent(fresh);
        assertSilent(old);
        proxy.heal();
        assertReset(old);
        assertReset(fresh);
      }
    }
    try (Socket healed = connect()) {
      say(healed, "there");
      assertThat(hear(healed, 5)).isEqualTo("there");
      assertThat(echo.next()).as("the first that arrives since").isEqualTo("there");
    }
  }

  @Test
  void lostReplies_areWritesThatArrived() throws Exception {
    proxy.loseReplies();
    try (Socket socket = connect()) {
      say(socket, "write");

      assertThat(echo.next()).isEqualTo("write");
      assertReset(socket);
    }
  }

  @Test
  void noServer_isNoConnection() throws Exception {
    echo.close();
    try (Socket socket = connect()) {
      assertReset(socket);
    }
  }

  @Test
  void close_endsConnections_alsoThoseThatWait() throws Exception {
    proxy.stall();
    try (Socket socket = connect()) {
      say(socket, "never");
      proxy.close();

      assertReset(socket);
    }
  }

  @Test
  void boundsAreChecked() {
    assertThatIllegalArgumentException().isThrownBy(() -> proxy.delay(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> proxy.delay(Duration.ofMillis(-1)));
  }

  /** Says what it hears, and tells the test. */
  private static final class Echo implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    Echo() throws IOException {
      daemon(this::accept);
    }

    int port() {
      return listener.getLocalPort();
    }

    String next() throws InterruptedException {
      return heard.poll(LONG_MS, TimeUnit.MILLISECONDS);
    }

    private static void daemon(Runnable work) {
      Thread thread = new Thread(work, "echo");
      thread.setDaemon(true);
      thread.start();
    }

    private void accept() {
      try {
        while (true) {
          Socket socket = listener.accept();
          daemon(() -> serve(socket));
        }
      } catch (IOException e) {
        // Closed.
        return;
      }
    }

    private void serve(Socket socket) {
      byte[] chunk = new byte[1024];
      try (socket) {
        for (int n = socket.getInputStream().read(chunk);
            n >= 0;
            n = socket.getInputStream().read(chunk)) {
          heard.add(new String(chunk, 0, n, StandardCharsets.US_ASCII));
          socket.getOutputStream().write(chunk, 0, n);
        }
      } catch (IOException e) {
        // The test has seen enough.
        return;
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }
}
