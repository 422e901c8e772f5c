package dev.latchkey.auth.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A network that fails when told, between a driver and a server that do not know of it. Called by
 * tests of stores: the driver is pointed at {@link #port}, and whatever speaks over TCP may stand
 * behind.
 *
 * <p>Guarantees: bytes pass unchanged and in order; no connection ever misses bytes in its middle,
 * as none does on TCP: what is lost is lost with the connection. A fault holds for the connections
 * that are open and for those to come, until {@link #heal} or another fault. Does not guarantee:
 * where one message ends and the next begins, which a proxy can not know. It listens on loopback
 * alone. Safe for concurrent use; {@link #close} ends all connections and threads.
 */
public final class FaultyProxy implements AutoCloseable {
  private static final int CHUNK_BYTES = 8 * 1024;
  private static final int BACKLOG = 128;

  /** Far more than a thread takes to notice that its socket is closed. */
  private static final Duration CLOSING = Duration.ofSeconds(10);

  /** What becomes of the bytes. */
  private enum Fault {
    NONE,
    DELAYED,
    CUT,
    STALLED,
    HALF_OPEN,
    REPLIES_LOST
  }

  private final SocketAddress target;
  private final ServerSocket listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Link> links = new HashSet<>();
  private final Set<Thread> threads = new HashSet<>();
  private Fault fault = Fault.NONE;
  private Duration delay = Duration.ZERO;
  private long accepted;
  private boolean closed;

  private FaultyProxy(SocketAddress target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
  }

  /**
   * A proxy that passes everything on, at a port of its own.
   *
   * @param host where the server is
   * @param port the port of the server; it need not be there yet
   * @return the proxy, listening
   */
  public static FaultyProxy to(String host, int port) {
    try {
      FaultyProxy proxy = new FaultyProxy(new InetSocketAddress(host, port));
      proxy.run("accept", proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Where drivers connect to, on loopback.
   *
   * @return the port
   */
  public int port() {
    return listener.getLocalPort();
  }

  /**
   * How many connections were accepted, those included that a fault ended at once.
   *
   * @return 0 or more
   */
  public long accepted() {
    lock.lock();
    try {
      return accepted;
    } finally {
      lock.unlock();
    }
  }

  /** From now on everything passes. Connections that a fault has spoilt end. */
  public void heal() {
    become(Fault.NONE, Duration.ZERO);
  }

  /**
   * Everything arrives late, in both directions.
   *
   * @param by how late at least, more than zero
   */
  public void delay(Duration by) {
    if (by.isNegative() || by.isZero()) {
      throw new IllegalArgumentException("by must be more than zero, got " + by);
    }
    become(Fault.DELAYED, by);
  }

  /** All connections are reset, new ones as soon as they are made. */
  public void cut() {
    become(Fault.CUT, Duration.ZERO);
    resetAll();
  }

  /** The connections of this moment are reset, and new ones are served as before. */
  public void resetAll() {
    for (Link link : links()) {
      link.reset();
    }
  }

  /**
   * Connections are made and nothing passes. What was sent meanwhile arrives once healed, also from
   * a driver that has hung up: as a network does that was away for a while.
   */
  public void stall() {
    become(Fault.STALLED, Duration.ZERO);
  }

  /**
   * Connections are made and nothing passes. What was sent never arrives, and its connection is
   * reset once healed: as a server does that vanished without a word.
   */
  public void halfOpen() {
    become(Fault.HALF_OPEN, Duration.ZERO);
  }

  /** The server gets everything; when it answers, the connection is reset instead. */
  public void loseReplies() {
    become(Fault.REPLIES_LOST, Duration.ZERO);
  }

  private void become(Fault next, Duration by) {
    lock.lock();
    try {
      fault = next;
      delay = by;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends all connections, stops listening, and waits until no thread is left. */
  @Override
  public void close() {
    List<Thread> running;
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      running = List.copyOf(threads);
    } finally {
      lock.unlock();
    }
    quietly(listener);
    resetAll();
    try {
      for (Thread thread : running) {
        thread.join(CLOSING.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept() {
    while (true) {
      Socket client;
      try {
        client = listener.accept();
      } catch (IOException e) {
        return;
      }
      Link link = new Link(client);
      lock.lock();
      try {
        if (closed) {
          link.reset();
          return;
        }
        accepted++;
        links.add(link);
      } finally {
        lock.unlock();
      }
      run("link", link::serve);
    }
  }

  private List<Link> links() {
    lock.lock();
    try {
      return List.copyOf(links);
    } finally {
      lock.unlock();
    }
  }

  /** Runs on a thread that {@link #close} waits for. */
  private Thread run(String name, Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } finally {
                lock.lock();
                try {
                  threads.remove(Thread.currentThread());
                } finally {
                  lock.unlock();
                }
              }
            },
            "faulty-proxy-" + name);
    thread.setDaemon(true);
    lock.lock();
    try {
      threads.add(thread);
    } finally {
      lock.unlock();
    }
    thread.start();
    return thread;
  }

  private static void quietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // It is to be gone, and it is.
      return;
    }
  }

  /** One connection of a driver, and the one to the server that it stands for. */
  private final class Link {
    private final Socket client;
    private @Nullable Socket server;
    private boolean spoilt;

    Link(Socket client) {
      this.client = client;
    }

    /** Brings requests to the server; a thread of its own brings the replies back. */
    void serve() {
      try {
        if (mayPass(true)) {
          Socket connected = connect();
          Thread replies = run("replies", () -> pass(connected, client, false));
          pass(client, connected, true);
          replies.join();
        }
      } catch (IOException e) {
        // No server, no connection.
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        reset();
        lock.lock();
        try {
          links.remove(this);
        } finally {
          lock.unlock();
        }
      }
    }

    private Socket connect() throws IOException {
      Socket socket = new Socket();
      lock.lock();
      try {
        server = socket;
      } finally {
        lock.unlock();
      }
      socket.connect(target, (int) CLOSING.toMillis());
      socket.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
      return socket;
    }

    private void pass(Socket from, Socket to, boolean request) {
      byte[] chunk = new byte[CHUNK_BYTES];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int n = read(in, chunk); n >= 0; n = read(in, chunk)) {
          if (!mayPass(request)) {
            reset();
            return;
          }
          out.write(chunk, 0, n);
        }
        to.shutdownOutput();
      } catch (IOException e) {
        if (request) {
          reset();
        } else {
          drain(from, chunk);
        }
      }
    }

    /** A side that broke off has no more to say, but what it said before is still under way. */
    private int read(InputStream in, byte[] chunk) {
      try {
        return in.read(chunk);
      } catch (IOException e) {
        return -1;
      }
    }

    /** The driver has hung up; the server is to read all the same what it had sent. */
    private void drain(Socket from, byte[] chunk) {
      try {
        InputStream in = from.getInputStream();
        while (read(in, chunk) >= 0) {
          // To nobody.
        }
      } catch (IOException e) {
        reset();
      }
    }

    /** Waits as long as the fault wants it. False if nothing passes here any more. */
    private boolean mayPass(boolean request) {
      long began = System.nanoTime();
      lock.lock();
      try {
        while (true) {
          if (closed || (spoilt && fault != Fault.HALF_OPEN)) {
            return false;
          }
          switch (fault) {
            case NONE -> {
              return true;
            }
            case CUT -> {
              return false;
            }
            case REPLIES_LOST -> {
              return request;
            }
            case HALF_OPEN -> {
              spoilt = true;
              changed.await();
            }
            case STALLED -> changed.await();
            case DELAYED -> {
              long left = delay.toNanos() - (System.nanoTime() - began);
              if (left <= 0) {
                return true;
              }
              changed.await(left, TimeUnit.NANOSECONDS);
            }
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } finally {
        lock.unlock();
      }
    }

    void reset() {
      Socket connected;
      lock.lock();
      try {
        connected = server;
      } finally {
        lock.unlock();
      }
      abort(client);
      if (connected != null) {
        abort(connected);
      }
    }

    /** Not a farewell: the other side gets an error and not the end of a stream. */
    private void abort(Socket socket) {
      try {
        socket.setSoLinger(true, 0);
      } catch (IOException e) {
        // Closed already.
      }
      quietly(socket);
    }
  }
}
