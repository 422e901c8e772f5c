package dev.latchkey.auth.redis;

import dev.latchkey.auth.store.DisciplinedClock;
import dev.latchkey.auth.store.StoreUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Commands over Lettuce.
 *
 * @param <C> the type of the connection
 */
final class LettuceCommands<C extends StatefulConnection<byte[], byte[]>> implements Commands {
  /** Stands for any server where a command has no key. */
  private static final byte[] ANYWHERE = {};

  private static final long ANY_CLOCK = -1;

  private final Line<C> line;
  private final Terms terms;
  private final ServerTime serverTime = new ServerTime(this::readTime, System::nanoTime);
  private final DisciplinedClock clock = DisciplinedClock.over(this::readTime, System::nanoTime);

  /**
   * What the host chose.
   *
   * @param prefix of every key
   * @param deadline of every call
   * @param replicas how many must have what a call wrote before it answers, 0 or more
   * @param skew how far a caller's clock may be off; empty for any clock
   */
  record Terms(String prefix, Duration deadline, int replicas, Optional<Duration> skew) {}

  LettuceCommands(Line<C> line, Terms terms) {
    this.line = line;
    this.terms = terms;
  }

  @Override
  public Reply run(String verb, Script script, List<String> keys, String... args) {
    return run(verb, script, keys, Stream.of(args).map(LettuceCommands::utf8).toList());
  }

  @Override
  public Reply run(String verb, Script script, List<String> keys, List<byte[]> args) {
    Call call = new Call();
    try {
      return Reply.of(verb, new Run(call, script, keys, args).confirmed());
    } catch (Trouble e) {
      throw failed(verb, e);
    }
  }

  @Override
  public List<Reply> readEach(
      String verb, Script script, List<String> keys, Function<String, List<String>> args) {
    Call call = new Call();
    try {
      List<Run> runs = new ArrayList<>();
      List<Sent<C, Object>> sent = new ArrayList<>();
      for (String key : keys) {
        List<byte[]> own = args.apply(key).stream().map(LettuceCommands::utf8).toList();
        Run run = new Run(call, script, List.of(key), own);
        runs.add(run);
        sent.add(run.send());
      }
      List<Reply> replies = new ArrayList<>();
      for (int i = 0; i < runs.size(); i++) {
        replies.add(Reply.of(verb, runs.get(i).answer(sent.get(i))));
      }
      return replies;
    } catch (Trouble e) {
      throw failed(verb, e);
    }
  }

  private StoreUnavailableException failed(String verb, Trouble trouble) {
    if (trouble.isAboutTime()) {
      // Perhaps another server answers now, whose clock nobody has read yet.
      serverTime.forget();
      clock.askAgain();
    }
    if (trouble.isAboutServers()) {
      line.link().lookAgain();
    }
    return trouble.during(verb);
  }

  @Override
  public Instant time(String verb) {
    Reply time = Reply.of(verb, ask(verb, redis -> redis.time()));
    try {
      return Instant.ofEpochSecond(
          Long.parseLong(time.text(0)), 1_000 * Long.parseLong(time.text(1)));
    } catch (NumberFormatException e) {
      throw time.unknown();
    }
  }

  private Instant readTime() {
    return time("clock.read");
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public String info(String verb, String section) {
    String info = ask(verb, redis -> redis.info(section));
    return info == null ? "" : info;
  }

  @Override
  public boolean isCluster() {
    return line.link().isCluster();
  }

  private <T> @Nullable T ask(
      String verb, Function<RedisClusterAsyncCommands<byte[], byte[]>, Future<T>> command) {
    try {
      return new Call().ask(ANYWHERE, command);
    } catch (Trouble e) {
      throw failed(verb, e);
    }
  }

  private byte[] key(String name) {
    return utf8(terms.prefix + name);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A script with its arguments, in one call. */
  private final class Run {
    private final Call call;
    private final Script script;
    private final byte[][] keys;
    private final byte[][] args;

    Run(Call call, Script script, List<String> keys, List<byte[]> args) throws Trouble {
      long skew = terms.skew.map(Duration::toMillis).orElse(ANY_CLOCK);
      long giveUp = call.givesUpAt().toEpochMilli();
      this.call = call;
      this.script = script;
      this.keys = keys.stream().map(LettuceCommands.this::key).toArray(byte[][]::new);
      this.args =
          Stream.concat(
                  args.stream(), Stream.of(utf8(Long.toString(skew)), utf8(Long.toString(giveUp))))
              .toArray(byte[][]::new);
    }

    Sent<C, Object> send() throws Trouble {
      return call.send(keys[0], this::byName);
    }

    /** A server that does not know the script yet has done nothing, and is told it. */
    @Nullable Object answer(Sent<C, Object> sent) throws Trouble {
      try {
        return call.answer(sent);
      } catch (Trouble e) {
        if (!e.isUnknownScript()) {
          throw e;
        }
        return call.<Object>ask(keys[0], this::byText);
      }
    }

    /** The answer, once as many replicas as the host wants have what led to it. */
    @Nullable Object confirmed() throws Trouble {
      if (terms.replicas == 0) {
        return answer(send());
      }
      try {
        return call.confirm(keys[0], this::byName);
      } catch (Trouble e) {
        if (!e.isUnknownScript()) {
          throw e;
        }
        return call.confirm(keys[0], this::byText);
      }
    }

    private Future<Object> byName(RedisClusterAsyncCommands<byte[], byte[]> redis) {
      return redis.evalsha(script.sha1(), ScriptOutputType.MULTI, keys, args);
    }

    private Future<Object> byText(RedisClusterAsyncCommands<byte[], byte[]> redis) {
      return redis.eval(script.text(), ScriptOutputType.MULTI, keys, args);
    }
  }

  /** A command that is on its way. */
  private record Sent<C extends StatefulConnection<byte[], byte[]>, T>(
      Line.Attempt<C> attempt, String server, Future<T> reply) {}

  /** One call, what it asks, and what is left of its deadline. */
  private final class Call {
    private final long began = System.nanoTime();

    long left() {
      return Math.max(0, terms.deadline.toNanos() - (System.nanoTime() - began));
    }

    /** By the server's clock. */
    Instant givesUpAt() throws Trouble {
      try {
        return serverTime.now().plusNanos(left());
      } catch (StoreUnavailableException e) {
        throw Trouble.withTime(e);
      }
    }

    <T> @Nullable T ask(
        byte[] key, Function<RedisClusterAsyncCommands<byte[], byte[]>, Future<T>> command)
        throws Trouble {
      return answer(send(key, command));
    }

    <T> Sent<C, T> send(
        byte[] key, Function<RedisClusterAsyncCommands<byte[], byte[]>, Future<T>> command)
        throws Trouble {
      if (left() == 0) {
        throw Trouble.of(new TimeoutException());
      }
      Line.Attempt<C> attempt = connect();
      C connection = attempt.connection();
      try {
        String server = key == ANYWHERE ? "any" : line.link().nameOfServer(connection, key);
        RedisClusterAsyncCommands<byte[], byte[]> redis =
            terms.replicas == 0 || key == ANYWHERE
                ? line.link().commands(connection)
                : await(line.link().serverOf(connection, key));
        return new Sent<>(attempt, server, command.apply(redis));
      } catch (TimeoutException e) {
        throw Trouble.of(e);
      } catch (RuntimeException e) {
        // Lettuce refuses what it could only send later, and so does a client that was shut down.
        throw Trouble.of(e);
      }
    }

    <T> @Nullable T answer(Sent<C, T> sent) throws Trouble {
      try {
        T answer = await(sent.reply());
        sent.attempt().answered(sent.server());
        return answer;
      } catch (TimeoutException e) {
        line.noAnswer(sent.attempt(), sent.server(), began);
        throw Trouble.of(e);
      } catch (Trouble e) {
        if (e.isOfReplica()) {
          line.notThePrimary(sent.attempt());
        }
        throw e;
      }
    }

    /**
     * Asks for the replicas behind the script before anything is heard of it: a reply later the
     * connection could be one to another server, which had nothing to send on and would say so.
     */
    @Nullable Object confirm(
        byte[] key, Function<RedisClusterAsyncCommands<byte[], byte[]>, Future<Object>> command)
        throws Trouble {
      // The server's answer that they are too few must come before the deadline too.
      long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(left() * 3 / 4));
      Sent<C, Object> sent = send(key, command);
      Sent<C, Long> have = send(key, redis -> redis.waitForReplication(terms.replicas, millis));
      Object answer = answer(sent);
      Long reached = answer(have);
      if (reached == null || reached < terms.replicas) {
        throw Trouble.tooFewReplicas();
      }
      return answer;
    }

    private Line.Attempt<C> connect() throws Trouble {
      try {
        if (Thread.interrupted()) {
          throw new InterruptedException(); // What is quick would be done all the same.
        }
        return line.await(left());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Trouble.of(e);
      } catch (ExecutionException | TimeoutException | RuntimeException e) {
        throw Trouble.of(e);
      }
    }

    private <T> @Nullable T await(Future<T> reply) throws Trouble, TimeoutException {
      try {
        return reply.get(left(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        // What was not sent yet will not be; what was is told as unknown.
        reply.cancel(true);
        Thread.currentThread().interrupt();
        throw Trouble.of(e);
      } catch (TimeoutException e) {
        reply.cancel(true);
        throw e;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RedisCommandTimeoutException) {
          // A host's client may have a limit of its own: silence all the same.
          throw (TimeoutException) new TimeoutException().initCause(e);
        }
        throw e.getCause() instanceof RedisCommandExecutionException refused
            ? Trouble.refused(refused)
            : Trouble.of(e);
      } catch (RuntimeException e) {
        throw Trouble.of(e);
      }
    }
  }
}
