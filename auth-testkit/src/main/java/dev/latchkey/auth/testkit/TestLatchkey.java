package dev.latchkey.auth.testkit;

import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.RequestCodeResult;
import dev.latchkey.auth.VerifyCodeResult;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.delivery.Receipt;
import dev.latchkey.auth.key.KeyRing;
import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.key.RotationPolicy;
import dev.latchkey.auth.memory.InMemoryStores;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * A ready instance for a host's unit tests, with clock, mailbox and stores in hand. Called by
 * tests.
 *
 * <pre>{@code
 * TestLatchkey test = TestLatchkey.create();
 * IssuedTokens tokens = test.signIn("ada@example.com").tokens();
 * test.clock().advance(Duration.ofMinutes(15));
 * // the access token has expired now
 * }</pre>
 *
 * <p>Guarantees: instances share nothing that changes; each has stores, a clock at {@link
 * MutableClock#START} and a mailbox of its own, and works as in production but for the size of its
 * keys. Quick: making an RSA key takes most of a second, so that one sealed ring is made for the
 * whole process and copied into the store of each instance. Does not guarantee secrecy: all
 * instances have the same keys. Safe for concurrent use.
 */
public final class TestLatchkey {
  /** Who issues the tokens of an instance. */
  public static final String ISSUER = "https://latchkey.test";

  /** RFC 7518, section 3.3, allows no less; nobody attacks a test. */
  private static final RotationPolicy SMALL_KEYS =
      RotationPolicy.builder().rsaBits(RotationPolicy.MIN_RSA_BITS).build();

  private static final MasterSecret SECRET = MasterSecret.generate();

  private final Latchkey latchkey;
  private final MutableClock clock;
  private final CapturedMailbox mailbox;
  private final InMemoryStores stores;
  private final AtomicInteger signIns = new AtomicInteger();

  private TestLatchkey(UnaryOperator<Latchkey.Builder> change) {
    this.clock = MutableClock.create();
    this.mailbox = CapturedMailbox.create();
    this.stores = InMemoryStores.create(clock);
    lendRing(stores.keys());
    this.latchkey = change.apply(builder().stores(stores).clock(clock).codeSender(mailbox)).build();
  }

  /** A builder that wants stores, clock and sender, and fits the ring that is lent. */
  static Latchkey.Builder builder() {
    return Latchkey.builder().issuer(ISSUER).secret(SECRET).rotation(SMALL_KEYS);
  }

  /** Spares an instance over an empty store the making of a key. */
  static void lendRing(KeyStore store) {
    if (!store.replace(ISSUER, SharedRing.RING)) {
      throw new IllegalStateException("the store must hold no ring yet");
    }
  }

  /**
   * An instance with all defaults.
   *
   * @return the instance
   */
  public static TestLatchkey create() {
    return create(UnaryOperator.identity());
  }

  /**
   * An instance of which the test chooses a part: limits, policies, listeners. What is left alone
   * is as in {@link #create()}. With another issuer, or other stores, the instance makes keys of
   * its own, which takes longer; another secret needs another issuer, since it does not open the
   * shared ring. Replaced parts are not what {@link #stores}, {@link #clock} and {@link #mailbox}
   * give.
   *
   * @param change told a builder that is complete
   * @return the instance
   */
  public static TestLatchkey create(UnaryOperator<Latchkey.Builder> change) {
    return new TestLatchkey(change);
  }

  /**
   * The instance itself.
   *
   * @return the façade
   */
  public Latchkey latchkey() {
    return latchkey;
  }

  /**
   * Its clock, which moves when told.
   *
   * @return the clock
   */
  public MutableClock clock() {
    return clock;
  }

  /**
   * Where its mails go.
   *
   * @return the mailbox
   */
  public CapturedMailbox mailbox() {
    return mailbox;
  }

  /**
   * Where it keeps everything; the accounts can be given roles and barred.
   *
   * @return the stores
   */
  public InMemoryStores stores() {
    return stores;
  }

  /**
   * Signs a person in: asks for a code, reads it in the mailbox, gives it. Each call comes from an
   * IP of its own, so that only the limits of the address itself count.
   *
   * @param email the address
   * @return the account and its tokens
   * @throws IllegalStateException if any step is refused, naming the refusal; three codes in five
   *     minutes are all that an address gets by default
   */
  public VerifyCodeResult.SignedIn signIn(String email) {
    return signIn(email, ClientInfo.of(ip(signIns.getAndIncrement())));
  }

  /**
   * Signs a person in from a client of the test's choice.
   *
   * @param email the address
   * @param client who signs in, with a device token perhaps
   * @return the account and its tokens
   * @throws IllegalStateException if any step is refused, naming the refusal
   */
  public VerifyCodeResult.SignedIn signIn(String email, ClientInfo client) {
    RequestCodeResult asked = latchkey.requestCode(email, client);
    if (!(asked instanceof RequestCodeResult.Sent sent)) {
      throw new IllegalStateException("a code must be sent, got " + asked);
    }
    VerifyCodeResult given =
        latchkey.verifyCode(sent.challenge().revealText(), mailbox.lastCode(email), client);
    if (given instanceof VerifyCodeResult.SignedIn signedIn) {
      return signedIn;
    }
    throw new IllegalStateException("the code must sign in, got " + given);
  }

  /** RFC 2544: 198.18.0.0/15 is for tests. */
  private static String ip(int number) {
    return "198.%d.%d.%d".formatted(18 + (number >>> 16 & 1), number >>> 8 & 0xff, number & 0xff);
  }

  /** Made when the first instance is. */
  private static final class SharedRing {
    static final KeyRing RING = make();

    private static KeyRing make() {
      InMemoryStores stores = InMemoryStores.create(MutableClock.create());
      builder().stores(stores).codeSender(message -> new Receipt.Failed()).build();
      return stores.keys().read(ISSUER).orElseThrow();
    }
  }
}
