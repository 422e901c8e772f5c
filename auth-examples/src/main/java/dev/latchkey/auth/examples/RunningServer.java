package dev.latchkey.auth.examples;

import dev.latchkey.auth.Latchkey;
import io.javalin.Javalin;
import java.net.URI;

/** A server that answers. Closing it lets requests in flight finish. Safe for concurrent use. */
public final class RunningServer implements AutoCloseable {
  private final Javalin web;
  private final Latchkey latchkey;
  private final DevInbox inbox;
  private final int port;
  private final Runnable closeStores;

  RunningServer(Javalin web, Latchkey latchkey, DevInbox inbox, int port, Runnable closeStores) {
    this.web = web;
    this.latchkey = latchkey;
    this.inbox = inbox;
    this.port = port;
    this.closeStores = closeStores;
  }

  /**
   * Where it listens.
   *
   * @return a port of the loopback interface
   */
  public int port() {
    return port;
  }

  /**
   * Where a client begins.
   *
   * @return an URL that ends with a slash
   */
  public URI uri() {
    return URI.create("http://localhost:" + port + "/");
  }

  Latchkey latchkey() {
    return latchkey;
  }

  DevInbox inbox() {
    return inbox;
  }

  /**
   * Stops taking requests, waits a few seconds for those in flight, frees the port and leaves the
   * store.
   */
  @Override
  public void close() {
    try {
      web.stop();
    } finally {
      closeStores.run();
    }
  }
}
