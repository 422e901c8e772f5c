package dev.latchkey.auth.examples;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Javalin with the limits of a server that strangers reach. Called by {@link ExampleServer}. */
final class WebServer {
  /** How long requests in flight may take to finish after the server was told to stop. */
  static final Duration STOP_WITHIN = Duration.ofSeconds(5);

  /** How long a connection may be silent, so that slow senders do not use all of them up. */
  static final Duration IDLE_FOR = Duration.ofSeconds(30);

  /** How long a connection without a request is kept open when the server stops. */
  static final Duration KEPT_WHEN_STOPPING = Duration.ofMillis(50);

  /** An access token of at most 8 KiB, a device token, and what browsers add. */
  static final int MAX_HEADER_BYTES = 16 * 1024;

  private static final int FIRST_JDK_WITH_VIRTUAL_THREADS = 21;

  private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

  private WebServer() {}

  /** Starts to answer on a socket that is bound already; one handler answers everything. */
  static Javalin start(ServerSocketChannel socket, Handler handler) {
    return Javalin.create(config -> configure(config, socket, handler)).start();
  }

  private static void configure(JavalinConfig config, ServerSocketChannel socket, Handler handler) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.concurrency.useVirtualThreads =
        Runtime.version().feature() >= FIRST_JDK_WITH_VIRTUAL_THREADS;
    // Answers hold secrets beside what a client chose: compressed, their length would tell of both.
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.jetty.modifyServer(
        server -> {
          server.setStopTimeout(STOP_WITHIN.toMillis());
          server.setErrorHandler(new ProblemErrorHandler());
        });
    config.jetty.modifyServletContextHandler(
        context -> context.setErrorHandler(new ProblemErrorHandler()));
    config.jetty.modifyHttpConfiguration(
        http -> {
          http.setSendServerVersion(false);
          http.setRequestHeaderSize(MAX_HEADER_BYTES);
          http.addCustomizer((request, headers) -> new NoWebSocket(request));
        });
    config.jetty.addConnector((server, http) -> connector(server, http, socket));
    config.routes.exception(Exception.class, WebServer::failed);
    // Before any route and for every method: routing is done by the endpoints themselves.
    config.routes.before(
        context -> {
          handler.handle(context);
          context.skipRemainingHandlers();
        });
  }

  /** The last resort: nothing that a request said is in the answer, nor in the log. */
  private static void failed(Exception exception, Context context) {
    if (exception instanceof IOException) {
      return; // its sender has gone, so that there is nobody to answer
    }
    LOG.error("A request failed with {}", exception.getClass().getName());
    try {
      ServerProblem.answer(context.res(), HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
    } catch (IOException e) {
      LOG.debug("Its sender has gone");
    }
  }

  private static Connector connector(
      Server server, HttpConfiguration http, ServerSocketChannel socket) {
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setIdleTimeout(IDLE_FOR.toMillis());
    connector.setShutdownIdleTimeout(KEPT_WHEN_STOPPING.toMillis());
    try {
      connector.open(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return connector;
  }

  /** Javalin would begin a session, with a cookie, for whoever has this one header. */
  private static final class NoWebSocket extends Request.Wrapper {
    private final HttpFields headers;

    NoWebSocket(Request request) {
      super(request);
      this.headers =
          HttpFields.build(request.getHeaders())
              .remove(HttpHeader.SEC_WEBSOCKET_VERSION)
              .asImmutable();
    }

    @Override
    public HttpFields getHeaders() {
      return headers;
    }
  }
}
