package dev.latchkey.auth;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.AccountDirectory;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.client.DeviceTokens;
import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.delivery.CodeSender;
import dev.latchkey.auth.event.AuthEvent.EndCause;
import dev.latchkey.auth.event.AuthEventListener;
import dev.latchkey.auth.key.Keys;
import dev.latchkey.auth.key.RotationPolicy;
import dev.latchkey.auth.otp.OtpIssuer;
import dev.latchkey.auth.otp.OtpPolicy;
import dev.latchkey.auth.ratelimit.LimiterOutage;
import dev.latchkey.auth.ratelimit.RateLimiter;
import dev.latchkey.auth.ratelimit.SprayBreaker;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.LiveTokens;
import dev.latchkey.auth.session.Revocation;
import dev.latchkey.auth.session.RevocationFeed;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionPolicy;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.token.AccessClaims;
import dev.latchkey.auth.token.TokenCheck;
import dev.latchkey.auth.token.TokenPolicy;
import dev.latchkey.auth.token.TokenService;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sign-in by e-mail one-time code, from the address to the end of the session. Called by
 * applications.
 *
 * <p>Guarantees, on every store that passes the contract kit and under any concurrency of threads
 * and nodes: a code signs in at most once; no more wrong codes are compared than the lockout table
 * allows, whatever is resent, reopened or restarted; a refresh token has one successor, and using
 * it twice ends every session of its account; after a sign-out has returned nothing of what it
 * ended is accepted, on this node at once and on others within the bound of {@link Revocation}.
 * Each call is one step that is safe to try again.
 *
 * <p>Does not guarantee that a mail arrives, or anything against somebody who reads the owner's
 * mail.
 *
 * <p>Outcomes that a caller must handle are values. Throws {@link
 * dev.latchkey.auth.store.StoreUnavailableException} if a store can not say what happened, within
 * the store's deadline, and then nobody is signed in. Safe for concurrent use; has no threads of
 * its own, so there is nothing to close. Times are judged in whole milliseconds.
 */
public final class Latchkey {
  private static final Logger LOG = LoggerFactory.getLogger(Latchkey.class);

  private final SignIn signIn;
  private final TokenUse tokenUse;
  private final TokenService tokens;
  private final AccountDirectory accounts;
  private final Keys keys;
  private final TokenPolicy tokenPolicy;
  private final GuessBudget guessBudget;
  private final Events events;

  private Latchkey(Builder builder) {
    this.guessBudget = builder.affordable();
    String issuer = required("issuer", builder.issuer);
    AuthStores stores = required("stores", builder.stores);
    CodeSender sender = required("codeSender", builder.codeSender);
    MasterSecret secret = required("secret", builder.secret);
    Clock time = builder.clock == null ? stores.clock() : builder.clock;
    Clock clock = Clock.tick(time, Duration.ofMillis(1));
    String audience = builder.audience == null ? issuer : builder.audience;
    this.tokenPolicy = builder.tokens.apply(TokenPolicy.standard(issuer, audience));
    this.events = new Events(builder.listeners, clock);
    this.keys =
        Keys.open(
            stores.keys(),
            tokenPolicy.issuer(),
            secret,
            builder.rotation,
            tokenPolicy.accessLifetime(),
            clock,
            SecureBytes.system(),
            events::tell);
    this.accounts = stores.accounts();
    Identities identities = new Identities(keys);
    LimitedRequests limits =
        new LimitedRequests(
            RateLimiter.over(stores.rateLimits(), clock, builder.limiterOutage, events::tell),
            builder.limits);
    Mailroom mail = new Mailroom(sender, limits, identities, events);
    SprayBreaker breaker =
        new SprayBreaker(
            stores.rateLimits(), builder.breaker, clock, events::tellBreaker, events::tell);
    Devices devices =
        new Devices(
            new DeviceTokens(keys, SecureBytes.system()), tokenPolicy.deviceLifetime(), clock);
    OtpIssuer otp =
        OtpIssuer.over(
            stores.otp(),
            keys,
            identities::identity,
            accounts::admits,
            breaker::isOn,
            builder.otp,
            clock,
            SecureBytes.system());
    this.tokens =
        TokenService.over(
            stores.sessions(),
            liveTokens(builder, stores, time),
            keys,
            tokenPolicy,
            builder.sessions,
            clock,
            SecureBytes.system());
    this.signIn =
        new SignIn(
            otp,
            tokens,
            accounts,
            limits,
            mail,
            identities,
            devices,
            breaker,
            builder.otp.resendAfter(),
            events);
    this.tokenUse = new TokenUse(tokens, accounts, limits, mail, devices, otp, events);
    LOG.info("{}", guessBudget);
  }

  private LiveTokens liveTokens(Builder builder, AuthStores stores, Clock time) {
    if (!(builder.revocation(stores) instanceof Revocation.Replica replica)) {
      return LiveTokens.of(stores.sessions());
    }
    RevocationFeed feed =
        stores
            .revocations()
            .orElseThrow(
                () -> new IllegalStateException("revocation must be strict: stores have no feed"));
    Duration memory = tokenPolicy.memory();
    if (feed.retention().compareTo(memory) < 0) {
      throw new IllegalStateException(
          "the feed of the stores must retain what ended for %s, got %s"
              .formatted(memory, feed.retention()));
    }
    return LiveTokens.following(
        stores.sessions(), feed, replica.maxAge(), time, System::nanoTime, events::tell);
  }

  /** An outage that fails a call is told of, with its cause, before the caller sees it. */
  private <T> T telling(Supplier<T> call) {
    try {
      return call.get();
    } catch (StoreUnavailableException e) {
      events.tell(e);
      throw e;
    }
  }

  private static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalStateException(name + " must be given to the builder");
    }
    return value;
  }

  /**
   * Begins to put an instance together.
   *
   * @return a builder with all defaults, which still wants issuer, secret, stores and code sender
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Mails a code for a new challenge.
   *
   * @param email what the person typed
   * @param client who asks
   * @return the result
   */
  public RequestCodeResult requestCode(String email, ClientInfo client) {
    return telling(() -> signIn.request(email, Optional.empty(), client));
  }

  /**
   * Mails another code for a challenge: its wrong guesses stay counted, and its code before this
   * one stays live to its own end.
   *
   * @param email what the person typed
   * @param challenge what {@link RequestCodeResult.Sent} gave; a dead, foreign or unreadable one
   *     opens a new challenge
   * @param client who asks
   * @return the result
   */
  public RequestCodeResult resendCode(String email, String challenge, ClientInfo client) {
    return telling(() -> signIn.request(email, Optional.of(challenge), client));
  }

  /**
   * Judges a code and signs the person in if it is right.
   *
   * @param challenge what {@link RequestCodeResult.Sent} gave
   * @param code what the person typed
   * @param client who guesses
   * @return the result
   */
  public VerifyCodeResult verifyCode(String challenge, String code, ClientInfo client) {
    return telling(() -> signIn.verify(challenge, code, client));
  }

  /**
   * Makes the bearer of an unlock token a known device of the account, which can ask for a code and
   * sign in whatever strangers do. Unlocks nothing for strangers, and signs nobody in.
   *
   * @param unlockToken the token from a mail about a lock
   * @param client who unlocks, with a device token perhaps
   * @return the result
   */
  public UnlockResult unlock(String unlockToken, ClientInfo client) {
    return telling(() -> signIn.unlock(unlockToken, client));
  }

  /**
   * Exchanges a refresh token for its successor and a new access token. The earlier access token
   * lives on to its end.
   *
   * @param refreshToken the refresh token
   * @param client who refreshes, with the device token
   * @return the result
   */
  public RefreshResult refresh(String refreshToken, ClientInfo client) {
    return telling(() -> tokenUse.refresh(refreshToken, client));
  }

  /**
   * Judges an access token: authentic, in time, from its device, not revoked, in this order.
   *
   * @param accessToken the access token
   * @param client who shows it, with the device token
   * @return its claims, or the first reason against it
   */
  public TokenCheck authenticate(String accessToken, ClientInfo client) {
    return telling(() -> tokenUse.authenticate(accessToken, client));
  }

  /**
   * Signs out at the word of an access token, a refresh token, or both of one session. An expired
   * access token or an older refresh token will do; of a session that has ended nothing is done.
   *
   * @param accessToken an access token
   * @param refreshToken a refresh token
   * @param scope which sessions to end
   * @param client who signs out, with the device token
   * @return the result
   */
  public SignOutResult signOut(
      Optional<String> accessToken,
      Optional<String> refreshToken,
      SignOutResult.Scope scope,
      ClientInfo client) {
    return telling(() -> tokenUse.signOut(accessToken, refreshToken, scope, client));
  }

  /**
   * An account as it is now.
   *
   * @param id its name
   * @return the account, or empty if it is gone or barred
   */
  public Optional<Account> account(AccountId id) {
    return telling(() -> accounts.find(id));
  }

  /**
   * The live sessions of an account.
   *
   * @param account whose
   * @return the sessions, the newest first
   */
  public List<Session> sessions(AccountId account) {
    return telling(() -> tokens.sessions(account));
  }

  /**
   * Ends one session of an account.
   *
   * @param account whose
   * @param session which
   * @return whether it was live
   */
  public boolean endSession(AccountId account, SessionId session) {
    return telling(() -> tokenUse.end(account, new EndScope.One(session), EndCause.REVOKED) > 0);
  }

  /**
   * Ends all sessions of an account.
   *
   * @param account whose
   * @return how many were live
   */
  public int endAllSessions(AccountId account) {
    return telling(() -> tokenUse.end(account, new EndScope.All(), EndCause.REVOKED));
  }

  /**
   * Ends one access token; its session goes on.
   *
   * @param claims of the token, as {@link #authenticate} gave them
   */
  public void endToken(AccessClaims claims) {
    telling(
        () -> {
          tokenUse.endToken(claims);
          return claims;
        });
  }

  /**
   * The public keys for verifiers elsewhere, in the words of RFC 7517.
   *
   * @return a JSON object with public members only
   */
  public String jwks() {
    return keys.jwks();
  }

  /**
   * The keys, for rotating them by hand and for looking at their states.
   *
   * @return the living key ring
   */
  public Keys keys() {
    return keys;
  }

  /**
   * How long a device token is valid after it was issued: the life of its cookie.
   *
   * @return the life
   */
  public Duration deviceLifetime() {
    return tokenPolicy.deviceLifetime();
  }

  /**
   * What can be guessed under this configuration. Logged once, at start-up.
   *
   * @return the budget
   */
  public GuessBudget guessBudget() {
    return guessBudget;
  }

  /** Puts an instance together. Not safe for concurrent use. */
  public static final class Builder {
    private @Nullable String issuer;
    private @Nullable String audience;
    private @Nullable MasterSecret secret;
    private @Nullable AuthStores stores;
    private @Nullable CodeSender codeSender;
    private @Nullable Clock clock;
    private Limits limits = Limits.standard();
    private OtpPolicy otp = OtpPolicy.standard();
    private SessionPolicy sessions = SessionPolicy.standard();
    private RotationPolicy rotation = RotationPolicy.defaults();
    private UnaryOperator<TokenPolicy> tokens = UnaryOperator.identity();
    private Thresholds breaker = Thresholds.DEFAULT;
    private GuessBudget.Bounds acceptable = GuessBudget.Bounds.DEFAULT;
    private LimiterOutage limiterOutage = LimiterOutage.deny();
    private @Nullable Revocation revocation;
    private final List<AuthEventListener> listeners = new ArrayList<>();

    private Builder() {
      listeners.add(AuthEventListener.logging());
    }

    /**
     * Who issues the tokens: the {@code iss} claim, and the name of the key ring in the store.
     * Required.
     *
     * @param name an URL, by custom; 1 to 512 characters
     * @return this
     */
    public Builder issuer(String name) {
      this.issuer = name;
      return this;
    }

    /**
     * Who the tokens are for: the {@code aud} and {@code client_id} claims. The issuer by default.
     *
     * @param name 1 to 512 characters
     * @return this
     */
    public Builder audience(String name) {
      this.audience = name;
      return this;
    }

    /**
     * What seals the key ring. Required, the same on every node and after every restart.
     *
     * @param master one secret, or several, the newest first
     * @return this
     */
    public Builder secret(MasterSecret master) {
      this.secret = master;
      return this;
    }

    /**
     * Where everything is kept. Required.
     *
     * @param bundle the stores
     * @return this
     */
    public Builder stores(AuthStores bundle) {
      this.stores = bundle;
      return this;
    }

    /**
     * How mails go out. Required.
     *
     * @param sender the sender
     * @return this
     */
    public Builder codeSender(CodeSender sender) {
      this.codeSender = sender;
      return this;
    }

    /**
     * What time it is, in place of the stores' own clock. A replica of what ended is as old as this
     * or the machine's monotonic clock says, whichever says more. For tests.
     *
     * @param time the clock
     * @return this
     */
    public Builder clock(Clock time) {
      this.clock = time;
      return this;
    }

    /**
     * How often anybody may ask. {@link Limits#standard()} by default.
     *
     * @param quotas the limits
     * @return this
     */
    public Builder limits(Limits quotas) {
      this.limits = Objects.requireNonNull(quotas, "limits");
      return this;
    }

    /**
     * The numbers of one-time codes. {@link OtpPolicy#standard()} by default.
     *
     * @param policy the numbers
     * @return this
     */
    public Builder otp(OtpPolicy policy) {
      this.otp = Objects.requireNonNull(policy, "otp");
      return this;
    }

    /**
     * How long sessions last. {@link SessionPolicy#standard()} by default.
     *
     * @param policy the numbers
     * @return this
     */
    public Builder sessions(SessionPolicy policy) {
      this.sessions = Objects.requireNonNull(policy, "sessions");
      return this;
    }

    /**
     * How signing keys rotate. {@link RotationPolicy#defaults()} by default.
     *
     * @param policy the numbers
     * @return this
     */
    public Builder rotation(RotationPolicy policy) {
      this.rotation = Objects.requireNonNull(policy, "rotation");
      return this;
    }

    /**
     * Changes what tokens say and how long they last.
     *
     * @param change told {@link TokenPolicy#standard} of issuer and audience
     * @return this
     */
    public Builder tokens(UnaryOperator<TokenPolicy> change) {
      this.tokens = Objects.requireNonNull(change, "tokens");
      return this;
    }

    /**
     * What the rate limits do while their store can not be reached. {@link LimiterOutage#deny()} by
     * default.
     *
     * @param choice the choice
     * @return this
     */
    public Builder limiterOutage(LimiterOutage choice) {
      this.limiterOutage = Objects.requireNonNull(choice, "limiterOutage");
      return this;
    }

    /**
     * How it is known at each call whether an access token was revoked. By default {@link
     * Revocation#replica()} if the stores have a {@link RevocationFeed}, {@link
     * Revocation#strict()} if not.
     *
     * @param choice the choice
     * @return this
     */
    public Builder revocation(Revocation choice) {
      this.revocation = Objects.requireNonNull(choice, "revocation");
      return this;
    }

    private Revocation revocation(AuthStores bundle) {
      return Objects.requireNonNullElseGet(
          revocation,
          () -> bundle.revocations().isPresent() ? Revocation.replica() : Revocation.strict());
    }

    /**
     * When so many wrong codes come that new codes are made longer. {@link Thresholds#DEFAULT} by
     * default.
     *
     * @param thresholds when to switch
     * @return this
     */
    public Builder breaker(Thresholds thresholds) {
      this.breaker = Objects.requireNonNull(thresholds, "breaker");
      return this;
    }

    /**
     * Accepts a configuration that can be guessed at more than the defaults allow: {@link
     * GuessBudget#DEFAULT_MAX_ACCOUNT_YEAR} and {@link GuessBudget#DEFAULT_MAX_TAKE_OVERS_A_DAY}.
     * For tests, and for hosts that have other means against guessing. Smaller numbers hold the
     * configuration to a stricter budget.
     *
     * @param accountYear the chance to guess one account in a year; above 0
     * @param takeOversADay the expected take-overs a day by spraying the whole service; above 0
     * @return this
     */
    public Builder acceptGuessBudget(double accountYear, double takeOversADay) {
      this.acceptable = new GuessBudget.Bounds(accountYear, takeOversADay);
      return this;
    }

    private GuessBudget affordable() {
      GuessBudget budget = GuessBudget.of(otp, limits, breaker);
      budget
          .refusal(acceptable)
          .ifPresent(
              sentence -> {
                throw new IllegalStateException(sentence);
              });
      return budget;
    }

    /**
     * Hears of every event, beside the log.
     *
     * @param listener the listener
     * @return this
     */
    public Builder listener(AuthEventListener listener) {
      this.listeners.add(Objects.requireNonNull(listener, "listener"));
      return this;
    }

    /**
     * Opens the key ring, or makes it at the first start, and puts everything together.
     *
     * @return the instance
     * @throws IllegalStateException if something required is missing, if there is a ring that no
     *     secret opens, if the {@link GuessBudget} of the configuration is past what is accepted,
     *     or if a replica of what ended is asked for and the stores' feed is missing or forgets too
     *     soon
     * @throws StoreUnavailableException if the store of the ring can not be reached
     */
    public Latchkey build() {
      return new Latchkey(this);
    }
  }
}
