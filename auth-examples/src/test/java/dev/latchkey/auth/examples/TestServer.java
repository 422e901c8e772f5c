package dev.latchkey.auth.examples;

import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.key.KeyRing;
import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.key.RotationPolicy;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.testkit.MutableClock;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The example server on a free port, on a clock that the test moves. Quick to start: making RSA
 * keys takes long, so that one sealed ring is made and copied into the store of each server.
 * Believes {@code X-Forwarded-For}, so that a test can be many clients.
 */
final class TestServer implements AutoCloseable {
  static final String ISSUER = "https://latchkey.test";
  static final String SECRET = "a secret of the tests that is long enough for the rule";

  /** For a Redis: a busy machine fails no test. */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Stores promise some seconds; a machine that is busy with other tests may take longer. */
  private static final Duration BACK = Duration.ofSeconds(60);

  /** RFC 7518, section 3.3, allows no less; nobody attacks a test. */
  private static final RotationPolicy SMALL_KEYS =
      RotationPolicy.builder().rsaBits(RotationPolicy.MIN_RSA_BITS).build();

  private final MutableClock clock;
  private final Storage storage;
  private final List<AuthEvent> events = new CopyOnWriteArrayList<>();
  private final RunningServer server;

  private TestServer(
      MutableClock clock,
      Storage storage,
      UnaryOperator<Latchkey.Builder> change,
      Settings settings) {
    this.clock = clock;
    this.storage = storage;
    this.server =
        ExampleServer.start(
            settings,
            storage,
            builder -> change.apply(builder.rotation(SMALL_KEYS).listener(events::add)));
  }

  private static Settings settings(String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PORT", "0");
    environment.put("LATCHKEY_SECRET", SECRET);
    environment.put("LATCHKEY_ISSUER", ISSUER);
    environment.put("LATCHKEY_TRUSTED_PROXIES", "127.0.0.1");
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return Settings.of(environment);
  }

  /** A server with these settings: names and values in turn. */
  static TestServer start(String... settings) {
    return start(UnaryOperator.identity(), settings);
  }

  static TestServer start(UnaryOperator<Latchkey.Builder> change, String... settings) {
    MutableClock clock = MutableClock.create();
    InMemoryStores stores = InMemoryStores.create(clock);
    SharedRing.copyTo(stores.keys());
    return new TestServer(clock, Storage.in(stores), change, settings(settings));
  }

  /**
   * A node over what the settings name, a Redis say, which then takes any time. A replica of what
   * ended goes by the clock of the test too.
   */
  static TestServer over(MutableClock clock, String... settings) {
    Settings read = settings(settings);
    Storage storage = Storage.of(read, clock, PATIENCE);
    SharedRing.copyTo(storage.stores().keys());
    return new TestServer(clock, storage, builder -> builder.clock(clock), read);
  }

  /** A node over stores that the test puts together. */
  static TestServer over(
      MutableClock clock, Storage storage, UnaryOperator<Latchkey.Builder> change) {
    SharedRing.copyTo(storage.stores().keys());
    return new TestServer(
        clock, storage, builder -> change.apply(builder.clock(clock)), settings());
  }

  /** Asks until a server is back in service, which it gets by itself. */
  static Answer onceBack(Supplier<Answer> call) {
    long end = System.nanoTime() + BACK.toNanos();
    Answer answer = call.get();
    while (answer.status() == 503 && System.nanoTime() - end < 0) {
      answer = call.get();
    }
    return answer;
  }

  /** Another node over the same store, with a mailbox of its own. */
  TestServer another() {
    return new TestServer(clock, storage, UnaryOperator.identity(), settings());
  }

  MutableClock clock() {
    return clock;
  }

  List<AuthEvent> events() {
    return events;
  }

  /** How many events of this kind there were. */
  long count(Class<? extends AuthEvent> kind) {
    return events.stream().filter(kind::isInstance).count();
  }

  Latchkey latchkey() {
    return server.latchkey();
  }

  /** The mailbox itself: quicker than the way over HTTP, for tests that read it often. */
  DevInbox inbox() {
    return server.inbox();
  }

  URI uri() {
    return server.uri();
  }

  int port() {
    return server.port();
  }

  /** A client at an address of its own. */
  Visitor visitor() {
    return new Visitor(uri()).at("203.0.113.7");
  }

  /** All mails to somebody, the newest first, as the development mailbox shows them. */
  List<Map<String, Object>> mails(String to) {
    return ((List<?>) new Visitor(uri()).get("/dev/inbox").isOk().value("messages"))
        .stream().map(Json::object).filter(mail -> to.equals(mail.get("to"))).toList();
  }

  /** The newest code that somebody was mailed. */
  String code(String to) {
    return mails(to).stream()
        .filter(mail -> "code".equals(mail.get("kind")))
        .map(mail -> (String) mail.get("code"))
        .findFirst()
        .orElseThrow();
  }

  /** The token of the newest mail about a lock, or about a budget, that somebody got. */
  String unlockToken(String to) {
    return mails(to).stream()
        .filter(mail -> "lock".equals(mail.get("kind")))
        .map(mail -> (String) mail.get("token"))
        .findFirst()
        .orElseThrow();
  }

  /** How many mails of a kind somebody got. */
  long mails(String to, String kind) {
    return mails(to).stream().filter(mail -> kind.equals(mail.get("kind"))).count();
  }

  /** A code that is not the newest one. */
  String wrongCode(String to) {
    int right = Integer.parseInt(code(to));
    return "%06d".formatted((right + 500_000) % 1_000_000);
  }

  SignedIn signIn(String email) {
    return signIn(email, visitor());
  }

  SignedIn signIn(String email, Visitor client) {
    String challenge = client.ask(email).isOk().text("challenge");
    return SignedIn.of(client.verify(challenge, code(email)));
  }

  @Override
  public void close() {
    server.close();
  }

  /** Made when the first server starts. */
  private static final class SharedRing {
    static final KeyRing RING = make();

    /** Unless another node was there before. */
    static void copyTo(KeyStore keys) {
      keys.replace(ISSUER, RING);
    }

    private static KeyRing make() {
      InMemoryStores stores = InMemoryStores.create(MutableClock.create());
      Map<String, String> environment =
          Map.of("PORT", "0", "LATCHKEY_SECRET", SECRET, "LATCHKEY_ISSUER", ISSUER);
      ExampleServer.start(
              Settings.of(environment), Storage.in(stores), builder -> builder.rotation(SMALL_KEYS))
          .close();
      return stores.keys().read(ISSUER).orElseThrow();
    }
  }
}
