package dev.latchkey.auth.redis;

import io.lettuce.core.api.StatefulConnection;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The connection that all calls share. Lettuce opens it again when it breaks; this replaces it when
 * it is silent, as a connection is whose other end is gone without a word: the operating system
 * notices that after a quarter of an hour. Safe for concurrent use.
 *
 * @param <C> the type of the connection
 */
final class Line<C extends StatefulConnection<byte[], byte[]>> {
  /** Long enough that a server which is down is not flooded, short beside a person's patience. */
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(100);

  private final Link<C> link;
  private final Executor afterDeadline;
  private final AtomicReference<Attempt<C>> current;
  private volatile boolean closed;

  private Line(Link<C> link, Duration deadline, C first) {
    this.link = link;
    this.afterDeadline =
        CompletableFuture.delayedExecutor(deadline.toNanos(), TimeUnit.NANOSECONDS);
    this.current = new AtomicReference<>(new Attempt<>(CompletableFuture.completedFuture(first)));
  }

  static <C extends StatefulConnection<byte[], byte[]>> Line<C> open(
      Link<C> link, Duration deadline) {
    return new Line<>(link, deadline, link.connect());
  }

  Link<C> link() {
    return link;
  }

  /**
   * The connection, when it is there.
   *
   * @param nanos how long to wait for it
   */
  Attempt<C> await(long nanos) throws InterruptedException, ExecutionException, TimeoutException {
    Attempt<C> attempt = current();
    if (attempt.hasFailed() && attempt.age() >= BETWEEN_ATTEMPTS.toNanos()) {
      attempt = replace(attempt);
    }
    attempt.connection.get(nanos, TimeUnit.NANOSECONDS);
    return attempt;
  }

  /**
   * A call had no answer within its deadline. If nobody else had one from that server meanwhile,
   * the connection is replaced.
   *
   * @param attempt the connection of the call
   * @param server who did not answer
   * @param since when the call began, by {@link System#nanoTime}
   */
  void noAnswer(Attempt<C> attempt, String server, long since) {
    Long last = attempt.lastAnswers.get(server);
    if (last == null || last - since < 0) {
      replace(attempt);
    }
  }

  /**
   * A replica answered: the server of this connection was demoted, and the primary is to be looked
   * for where the link knows to. On Cluster the map of slots tells, on the same connection.
   */
  void notThePrimary(Attempt<C> attempt) {
    if (!link.isCluster() && attempt.age() >= BETWEEN_ATTEMPTS.toNanos()) {
      replace(attempt);
    }
  }

  /** For ever: who calls afterwards is told so, and nothing is connected any more. */
  void close() {
    closed = true;
    var unusedClosing = current().connection.thenCompose(StatefulConnection::closeAsync);
    link.close();
  }

  private Attempt<C> current() {
    return Objects.requireNonNull(current.get());
  }

  private Attempt<C> replace(Attempt<C> old) {
    CompletableFuture<C> connection = new CompletableFuture<>();
    Attempt<C> fresh = new Attempt<>(connection);
    if (!current.compareAndSet(old, fresh)) {
      return current();
    }
    // Whoever is still waiting there may get an answer after all.
    var unusedClosing =
        old.connection.thenComposeAsync(StatefulConnection::closeAsync, afterDeadline);
    if (closed) {
      connection.completeExceptionally(new CancellationException());
      return fresh;
    }
    var unusedOpening = connection.completeAsync(link::connect, Line::connectOnItsOwn);
    return fresh;
  }

  /**
   * Lettuce's connect blocks. The callers wait for it no longer than their deadlines, and the pool
   * that all of a process share does not wait for it at all.
   */
  private static void connectOnItsOwn(Runnable connect) {
    Thread thread = new Thread(connect, "latchkey-redis-connect");
    thread.setDaemon(true);
    thread.start();
  }

  /** A connection that is there, or is being opened, or could not be opened. */
  static final class Attempt<C> {
    private final CompletableFuture<C> connection;
    private final long began = System.nanoTime();
    private final Map<String, Long> lastAnswers = new ConcurrentHashMap<>();

    private Attempt(CompletableFuture<C> connection) {
      this.connection = connection;
    }

    /** Only after {@link Line#await} gave it. */
    C connection() {
      return connection.join();
    }

    void answered(String server) {
      lastAnswers.put(server, System.nanoTime());
    }

    private boolean hasFailed() {
      return connection.isCompletedExceptionally();
    }

    private long age() {
      return System.nanoTime() - began;
    }
  }
}
