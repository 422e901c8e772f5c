package dev.latchkey.auth.redis;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.cas.CasAccounts;
import dev.latchkey.auth.cas.CasBackend;
import dev.latchkey.auth.cas.CasStores;
import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.key.Keys;
import dev.latchkey.auth.key.RotationPolicy;
import dev.latchkey.auth.key.SigningAlgorithm;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.session.RevocationFeed;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.store.DisciplinedClock;
import dev.latchkey.auth.store.StoreUnavailableException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All stores in Redis or Valkey, 6.2 and later: one server, with Sentinel or without, or a Cluster.
 * Called by applications.
 *
 * <p>Guarantees: each verb is one atomic step on the server of its record, so that what Latchkey
 * promises holds on any number of nodes; one round trip, with the time of a replica's answer if
 * {@link Builder#waitForReplicas} is asked for; a {@link StoreUnavailableException} within the
 * deadline, whose message and causes tell no key, value or password. A call that was reported as
 * failed writes nothing after its deadline, and none is sent twice. A lost connection is opened
 * again by itself, also a silent one.
 *
 * <p>Does not guarantee: anything that the server has forgotten. With one server that writes each
 * command to its disk before it answers ({@code appendfsync always}) nothing is; where a replica
 * takes over, the last writes may be, and {@code docs/redis.md} says what that means for each
 * record. A server that evicts keys is refused, since an evicted lock is no lock.
 *
 * <p>Safe for concurrent use: all calls share one connection (on Cluster, one to each server). Must
 * not be called on the threads of Lettuce itself.
 */
public final class RedisStores implements AuthStores, AutoCloseable {
  /** As long as a person waits for an answer without doubt, with room for a second try. */
  public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(1);

  /** What keys begin with where the host says nothing. */
  public static final String DEFAULT_PREFIX = "latchkey:";

  /** The issuer of the ring whose identity key seals the accounts; it signs nothing. */
  public static final String ACCOUNTS_RING = "urn:latchkey:accounts";

  /** A ring must have a token life; the shortest there is. */
  private static final Duration NO_TOKENS = Duration.ofMinutes(1);

  private final Line<?> line;
  private final OtpStore otp;
  private final RateLimitStore rateLimits;
  private final SessionStore sessions;
  private final RevocationFeed revocations;
  private final KeyStore keys;
  private final Clock clock;
  private final Supplier<CasAccounts> openAccounts;
  private final AtomicReference<@Nullable CasAccounts> accounts = new AtomicReference<>();

  private RedisStores(Builder builder, Line<?> line, Commands commands) {
    // What the builder is told later is not for these stores.
    @Nullable MasterSecret secret = builder.accounts;
    Duration deadline = builder.deadline;
    this.line = line;
    this.clock = builder.clock(commands);
    this.otp = new RedisOtpStore(commands);
    this.rateLimits = new RedisRateLimitStore(commands);
    this.sessions = new RedisSessionStore(commands);
    this.revocations = new RedisRevocationFeed(commands);
    this.keys = whole(new RedisBackend(commands, "kr:"), deadline).keys();
    // The key that seals them is opened when they are first asked for, and made if there is none.
    this.openAccounts =
        () -> {
          CasBackend plain = new RedisBackend(commands, "ac:");
          CasBackend sealed = new SealedBackend(plain, accountKey(secret));
          return whole(sealed, deadline).accounts();
        };
  }

  /**
   * Stores with defaults and without accounts.
   *
   * @param uri where the deployment is, see {@link #builder}
   * @return the stores, connected
   * @throws StoreUnavailableException if there is no answer
   */
  public static RedisStores connect(String uri) {
    return builder(uri).connect();
  }

  /**
   * Stores with defaults.
   *
   * @param uri where the deployment is, see {@link #builder}
   * @param secret what the addresses of accounts are sealed under, see {@link Builder#accounts}
   * @return the stores, connected
   * @throws StoreUnavailableException if there is no answer
   */
  public static RedisStores connect(String uri, MasterSecret secret) {
    return builder(uri).accounts(secret).connect();
  }

  /**
   * Stores that connect by themselves.
   *
   * @param uri {@code redis://[user:password@]host:port[/database]}, {@code
   *     redis-sentinel://[password@]host:port,host:port[/database]#name}, or {@code
   *     redis-cluster://[user:password@]host:port,host:port}; with {@code rediss} in place of
   *     {@code redis} over TLS, where the certificate must name the host
   * @return a builder
   * @throws IllegalArgumentException if it is none of these; the message tells nothing of it
   */
  public static Builder builder(String uri) {
    RedisAddress address = RedisAddress.parse(uri);
    return new Builder(() -> Clients.own(address));
  }

  /**
   * Stores over a host's own client, which stays open when they are closed.
   *
   * @param client with its address; its options must be such as {@link #atMostOnce} makes them
   * @return a builder
   * @throws IllegalArgumentException if the client would buffer commands, send them again, or not
   *     open a lost connection again
   */
  public static Builder using(RedisClient client) {
    Clients.requireAtMostOnce(client.getOptions());
    return new Builder(() -> new StandaloneLink(client, () -> {}));
  }

  /**
   * Stores over a host's own client of a Cluster, which stays open when they are closed.
   *
   * @param client with its seeds; its options must be such as {@link #atMostOnce} makes them, and
   *     should refresh the topology by themselves
   * @return a builder
   * @throws IllegalArgumentException if the client would buffer commands, send them again, or not
   *     open a lost connection again
   */
  public static Builder using(RedisClusterClient client) {
    Clients.requireAtMostOnce(client.getOptions());
    return new Builder(() -> new ClusterLink(client, () -> {}));
  }

  /**
   * Makes the options of a client such that no command is sent twice, or later than now. By default
   * Lettuce keeps what it can not send, and after a reconnect sends again what had no answer: a
   * wrong code would be counted twice, and what has ended since could come back.
   *
   * @param options a builder, of a Cluster's client too
   * @param <B> its type
   * @return the same builder
   */
  public static <B extends ClientOptions.Builder> B atMostOnce(B options) {
    return Clients.atMostOnce(options);
  }

  @Override
  public OtpStore otp() {
    return otp;
  }

  @Override
  public RateLimitStore rateLimits() {
    return rateLimits;
  }

  @Override
  public SessionStore sessions() {
    return sessions;
  }

  @Override
  public Optional<RevocationFeed> revocations() {
    return Optional.of(revocations);
  }

  @Override
  public KeyStore keys() {
    return keys;
  }

  /**
   * The accounts: whoever signs in has one. Records are found by a keyed hash of the address and
   * sealed under a key that only the secret opens; they never expire.
   *
   * @return the same directory each time
   * @throws IllegalStateException if no secret was given, or one that does not open what is there
   * @throws StoreUnavailableException if the server can not be reached
   */
  @Override
  public CasAccounts accounts() {
    CasAccounts opened = accounts.get();
    if (opened != null) {
      return opened;
    }
    CasAccounts mine = openAccounts.get();
    CasAccounts raced = accounts.compareAndExchange(null, mine);
    return raced == null ? mine : raced;
  }

  /**
   * The server's time, see {@link DisciplinedClock}.
   *
   * @return the same clock each time
   */
  @Override
  public Clock clock() {
    return clock;
  }

  /** Closes the connection, and the client unless it is the host's. What is under way fails. */
  @Override
  public void close() {
    line.close();
  }

  private CasStores whole(CasBackend backend, Duration deadline) {
    return CasStores.over(backend, clock, CasStores.DEFAULT_ATTEMPTS, deadline);
  }

  private SecretBytes accountKey(@Nullable MasterSecret secret) {
    if (secret == null) {
      throw new IllegalStateException(
          "accounts must be sealed: give RedisStores the master secret, or AuthStores.mix another"
              + " directory");
    }
    return Keys.open(
            keys,
            ACCOUNTS_RING,
            secret,
            RotationPolicy.builder().algorithm(SigningAlgorithm.ES256).build(),
            NO_TOKENS,
            clock,
            SecureBytes.system(),
            change -> {})
        .identityKey();
  }

  /** Puts stores together. Not safe for concurrent use. */
  public static final class Builder {
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.:-]{1,32}");
    private static final Duration MAX_DEADLINE = Duration.ofMinutes(1);
    private static final int MAX_REPLICAS = 16;

    private final Supplier<Link<?>> link;
    private String prefix = DEFAULT_PREFIX;
    private Duration deadline = DEFAULT_DEADLINE;
    private int replicas;
    private boolean evicting;
    private @Nullable MasterSecret accounts;
    private @Nullable Clock anyClock;

    private Builder(Supplier<Link<?>> link) {
      this.link = link;
    }

    /**
     * What all keys begin with, so that hosts can share a server: who shares a prefix shares
     * everything.
     *
     * @param text 1 to 32 of {@code A-Z a-z 0-9 _ . : -}
     * @return this
     */
    public Builder prefix(String text) {
      if (!PREFIX.matcher(text).matches()) {
        throw new IllegalArgumentException(
            "prefix must be 1 to 32 of A-Z a-z 0-9 _ . : -, got " + text.length() + " characters");
      }
      this.prefix = text;
      return this;
    }

    /**
     * How long a call waits before it is reported as failed. It has no effect afterwards.
     *
     * @param time 1 ms to 1 minute; {@link #DEFAULT_DEADLINE} where the host says nothing
     * @return this
     */
    public Builder deadline(Duration time) {
      if (time.toMillis() < 1 || time.compareTo(MAX_DEADLINE) > 0) {
        throw new IllegalArgumentException("deadline must be 1 ms to 1 minute, got " + time);
      }
      this.deadline = time;
      return this;
    }

    /**
     * Answers only when so many replicas have what was written, and throws when they are too few:
     * it is written all the same, and lost if a replica without it takes over. Makes losses rare,
     * not impossible, since a fail-over need not choose a replica that has it. Costs a second round
     * trip, in which the shared connection waits; when they are too few, three quarters of what is
     * left of the deadline.
     *
     * @param count 0, as by default, to 16
     * @return this
     */
    public Builder waitForReplicas(int count) {
      if (count < 0 || count > MAX_REPLICAS) {
        throw new IllegalArgumentException("replicas must be 0 to 16, got " + count);
      }
      this.replicas = count;
      return this;
    }

    /**
     * Keeps accounts too. The addresses are sealed under a key of their own, which is kept wrapped
     * under every secret of the list, like the keys of a ring: see {@link #ACCOUNTS_RING}.
     *
     * @param secret the same as for Latchkey itself, or another
     * @return this
     */
    public Builder accounts(MasterSecret secret) {
      this.accounts = Objects.requireNonNull(secret, "secret");
      return this;
    }

    /**
     * Unsafe: takes a server that evicts keys when its memory is full, and with them locks, counts
     * and limits. For a server whose limit of memory is never reached.
     *
     * @return this
     */
    public Builder acceptEviction() {
      this.evicting = true;
      return this;
    }

    /**
     * Unsafe: takes calls of any time, and goes by a clock of the host. For tests that move time;
     * where callers' clocks differ, nothing that depends on time holds.
     *
     * @param clock the clock of the stores
     * @return this
     */
    public Builder acceptAnyClock(Clock clock) {
      this.anyClock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Connects.
     *
     * @return the stores
     * @throws StoreUnavailableException if there is no answer; nothing is left open then
     * @throws IllegalStateException if the server evicts keys
     */
    public RedisStores connect() {
      return open(link.get());
    }

    private <C extends StatefulConnection<byte[], byte[]>> RedisStores open(Link<C> link) {
      Line<C> line;
      try {
        line = Line.open(link, deadline);
      } catch (RuntimeException e) {
        link.close();
        throw Trouble.of(e).during("redis.connect");
      }
      try {
        Commands commands = new LettuceCommands<>(line, terms());
        if (!evicting) {
          Clients.requireNoEviction(commands);
        }
        return new RedisStores(this, line, commands);
      } catch (RuntimeException e) {
        line.close();
        throw e;
      }
    }

    private LettuceCommands.Terms terms() {
      Optional<Duration> skew =
          anyClock == null ? Optional.of(DisciplinedClock.TOLERANCE) : Optional.empty();
      return new LettuceCommands.Terms(prefix, deadline, replicas, skew);
    }

    private Clock clock(Commands commands) {
      return anyClock == null ? commands.clock() : anyClock;
    }
  }
}
