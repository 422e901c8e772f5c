package dev.latchkey.auth.examples;

import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.http.AuthEndpoints;
import dev.latchkey.auth.session.SessionPolicy;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.ServerSocketChannel;
import java.time.Clock;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A server that speaks the whole HTTP contract, on in-memory stores, a Redis or a database, with a
 * development mailbox. Started by {@code java -jar}, configured by environment variables, see
 * {@link Settings}.
 *
 * <p>Listens on loopback only, in clear text: for trying out, and to copy the wiring from.
 */
public final class ExampleServer {
  private static final int EXIT_FAILED = 1;

  /** More than the default of 50: everybody comes at nine. */
  private static final int WAITING_CONNECTIONS = 1024;

  private static final int EXIT_REFUSED_SETTING = 2;

  private ExampleServer() {}

  /**
   * Starts the server and says where it is. Ends with status 2 and one sentence if a setting can
   * not be used, with 1 if the port is taken or the store is not there or not fit.
   *
   * @param args nothing
   */
  public static void main(String[] args) {
    try {
      Settings settings = Settings.of(System.getenv());
      RunningServer server = start(settings, Storage.of(settings), UnaryOperator.identity());
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
      System.out.println(Welcome.of(settings, server));
    } catch (RefusedSettingException e) {
      System.err.println(e.getMessage());
      System.exit(EXIT_REFUSED_SETTING);
    } catch (StoreUnavailableException e) {
      System.err.println("The store does not answer any more.");
      System.exit(EXIT_FAILED);
    } catch (UncheckedIOException | IllegalStateException e) {
      System.err.println(e.getMessage());
      System.exit(EXIT_FAILED);
    }
  }

  /**
   * Starts a server.
   *
   * @param settings what was chosen
   * @param clock what time it is, before the offset of the settings
   * @return the server, which answers already
   * @throws UncheckedIOException if the port is taken, with a message for the operator
   */
  public static RunningServer start(Settings settings, Clock clock) {
    return start(settings, Storage.of(settings, clock), UnaryOperator.identity());
  }

  /** The same over a storage, which the server closes, with what a test changes. */
  static RunningServer start(
      Settings settings, Storage storage, UnaryOperator<Latchkey.Builder> change) {
    try {
      // Bound before anything else: a free port is known only then, and the issuer names it.
      ServerSocketChannel socket = bind(settings.port());
      try {
        return start(settings, storage, change, socket);
      } catch (RuntimeException e) {
        close(socket);
        throw e;
      }
    } catch (RuntimeException e) {
      storage.close().run();
      throw e;
    }
  }

  private static RunningServer start(
      Settings settings,
      Storage storage,
      UnaryOperator<Latchkey.Builder> change,
      ServerSocketChannel socket) {
    int port = socket.socket().getLocalPort();
    DevInbox inbox = new DevInbox(unlockPage(settings, port));
    settings.barred().forEach(storage.bar());
    Latchkey latchkey =
        change
            .apply(
                Latchkey.builder()
                    .issuer(settings.issuer().orElse("http://localhost:" + port))
                    .audience(settings.audience())
                    .secret(settings.secret().orElseGet(MasterSecret::generate))
                    .sessions(SessionPolicy.standard().retryWindow(settings.retryWindow()))
                    .revocation(settings.revocation())
                    .stores(storage.stores())
                    .codeSender(inbox))
            .build();
    AuthEndpoints endpoints =
        AuthEndpoints.builder(latchkey).trustedProxies(settings.trustedProxies()).build();
    HttpBridge bridge = new HttpBridge(new DevPages(inbox), endpoints);
    return new RunningServer(
        WebServer.start(socket, bridge), latchkey, inbox, port, storage.close());
  }

  /** Under the issuer, if that is the address of a site; on this machine otherwise. */
  private static URI unlockPage(Settings settings, int port) {
    return settings
        .issuer()
        .flatMap(ExampleServer::site)
        .orElseGet(() -> URI.create("http://localhost:" + port + DevPages.UNLOCK));
  }

  private static Optional<URI> site(String issuer) {
    String root = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    if (!root.matches("https?://[^?#]+")) {
      return Optional.empty();
    }
    try {
      return Optional.of(new URI(root + DevPages.UNLOCK)).filter(page -> page.getHost() != null);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static ServerSocketChannel bind(int port) {
    try {
      ServerSocketChannel socket = ServerSocketChannel.open();
      try {
        return socket.bind(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), WAITING_CONNECTIONS);
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Port " + port + " can not be used, is it taken? PORT names another.", e);
    }
  }

  private static void close(ServerSocketChannel socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
