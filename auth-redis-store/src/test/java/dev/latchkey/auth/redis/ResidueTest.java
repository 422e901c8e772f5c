package dev.latchkey.auth.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.RefreshResult;
import dev.latchkey.auth.RequestCodeResult;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.UnlockResult;
import dev.latchkey.auth.VerifyCodeResult;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.OtpPolicy;
import dev.latchkey.auth.testkit.CapturedMailbox;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.TestLatchkey;
import dev.latchkey.auth.testkit.traffic.Contest;
import dev.latchkey.auth.token.IssuedTokens;
import dev.latchkey.auth.token.TokenCheck;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a whole life of an account leaves on the server, which keeps nothing for ever in clear. */
final class ResidueTest {
  private static final String LOCAL_PART = "ada.of.the.residue";
  private static final String EMAIL = LOCAL_PART + "@residue.example";
  private static final Duration LOCK = Duration.ofHours(1);

  /** Of an HMAC or a secret: so many bytes are nowhere by chance. */
  private static final int TELLING_BYTES = 16;

  private static final MutableClock CLOCK = MutableClock.create();
  private static final CapturedMailbox MAILBOX = CapturedMailbox.create();
  private static final String PREFIX = TestServers.freshPrefix();
  private static final List<String> TOKENS = new ArrayList<>();

  private static RedisNode node;
  private static RedisStores stores;

  /** Each key with all that it holds, a character a byte. */
  private static final Map<String, String> KEPT = new TreeMap<>();

  private static final Map<String, Long> TTLS = new TreeMap<>();

  @BeforeAll
  static void liveAWholeLife() {
    node = RedisNode.inMemory();
    stores =
        RedisStores.builder(node.uri())
            .prefix(PREFIX)
            .acceptAnyClock(CLOCK)
            .accounts(MasterSecret.generate())
            .connect();
    Latchkey latchkey =
        TestLatchkey.create(
                builder ->
                    builder
                        .issuer("https://residue.test")
                        .stores(stores)
                        .clock(CLOCK)
                        .codeSender(MAILBOX)
                        .otp(OtpPolicy.standard().lockout(failures -> Penalty.lock(LOCK))))
            .latchkey();
    IssuedTokens first = signIn(latchkey, ClientInfo.of("192.0.2.1"));
    ClientInfo known = with(first);
    assertThat(latchkey.authenticate(first.accessToken().revealText(), known))
        .isInstanceOf(TokenCheck.Accepted.class);
    IssuedTokens second = signIn(latchkey, known);
    RefreshResult refreshed = latchkey.refresh(first.refreshToken().revealText(), known);
    assertThat(refreshed).isInstanceOf(RefreshResult.Refreshed.class);
    remember(((RefreshResult.Refreshed) refreshed).tokens());
    assertThat(latchkey.refresh(first.refreshToken().revealText(), known))
        .isEqualTo(new RefreshResult.Refused(RefreshResult.Reason.REUSED));
    assertThat(latchkey.authenticate(second.accessToken().revealText(), known))
        .isEqualTo(new TokenCheck.Refused(TokenCheck.Reason.REVOKED));

    CLOCK.advance(Duration.ofMinutes(6));
    String challenge = ask(latchkey, ClientInfo.of("192.0.2.2"));
    assertThat(latchkey.verifyCode(challenge, wrongCode(), ClientInfo.of("192.0.2.2")))
        .isInstanceOf(VerifyCodeResult.Locked.class);
    String unlock = MAILBOX.lastUnlockToken(EMAIL);
    TOKENS.add(unlock);
    UnlockResult unlocked = latchkey.unlock(unlock, ClientInfo.of("192.0.2.3"));
    String device = ((UnlockResult.Unlocked) unlocked).device().text().revealText();
    TOKENS.add(device);
    IssuedTokens third = signIn(latchkey, ClientInfo.of("192.0.2.3").deviceToken(device));
    IssuedTokens fourth = signIn(latchkey, with(third));
    assertThat(
            latchkey.signOut(
                Optional.of(third.accessToken().revealText()),
                Optional.empty(),
                SignOutResult.Scope.SESSION,
                with(third)))
        .isInstanceOf(SignOutResult.SignedOut.class);
    TokenCheck live = latchkey.authenticate(fourth.accessToken().revealText(), with(fourth));
    latchkey.endToken(((TokenCheck.Accepted) live).claims());
    for (Contest contest : Contest.values()) {
      contest.prepare(stores, 1, CLOCK.instant());
      contest.tryToWin(stores, 1, 1, CLOCK.instant());
    }
    look();
  }

  @AfterAll
  static void stop() {
    stores.close();
    node.close();
  }

  private static ClientInfo with(IssuedTokens tokens) {
    return ClientInfo.of("192.0.2.1").deviceToken(tokens.device().text().revealText());
  }

  private static String ask(Latchkey latchkey, ClientInfo client) {
    RequestCodeResult asked = latchkey.requestCode(EMAIL, client);
    assertThat(asked).isInstanceOf(RequestCodeResult.Sent.class);
    String challenge = ((RequestCodeResult.Sent) asked).challenge().revealText();
    TOKENS.add(challenge);
    return challenge;
  }

  private static IssuedTokens signIn(Latchkey latchkey, ClientInfo client) {
    VerifyCodeResult verified =
        latchkey.verifyCode(ask(latchkey, client), MAILBOX.lastCode(EMAIL), client);
    assertThat(verified).isInstanceOf(VerifyCodeResult.SignedIn.class);
    IssuedTokens tokens = ((VerifyCodeResult.SignedIn) verified).tokens();
    remember(tokens);
    return tokens;
  }

  private static void remember(IssuedTokens tokens) {
    TOKENS.add(tokens.accessToken().revealText());
    TOKENS.add(tokens.refreshToken().revealText());
    TOKENS.add(tokens.device().text().revealText());
  }

  private static String wrongCode() {
    return MAILBOX.lastCode(EMAIL).equals("000000") ? "000001" : "000000";
  }

  private static void look() {
    try (RedisClient client = RedisClient.create(node.uri());
        StatefulRedisConnection<String, String> connection =
            client.connect(new StringCodec(ISO_8859_1))) {
      RedisCommands<String, String> commands = connection.sync();
      ScanIterator.scan(commands)
          .forEachRemaining(
              key -> {
                KEPT.put(key, content(commands, key));
                TTLS.put(key, commands.pttl(key));
              });
    }
  }

  private static String content(RedisCommands<String, String> commands, String key) {
    return switch (commands.type(key)) {
      case "string" -> commands.get(key);
      case "hash" -> commands.hgetall(key).toString();
      case "stream" ->
          commands.xrange(key, Range.unbounded()).stream()
              .map(message -> message.getId() + message.getBody())
              .toList()
              .toString();
      default -> throw new AssertionError("a key of another type: " + key);
    };
  }

  private static Stream<Map.Entry<String, String>> holding(Pattern pattern) {
    return KEPT.entrySet().stream()
        .filter(
            kept ->
                pattern.matcher(kept.getKey()).find() || pattern.matcher(kept.getValue()).find());
  }

  private static Pattern literally(String text) {
    return Pattern.compile(Pattern.quote(text), Pattern.CASE_INSENSITIVE);
  }

  @Test
  void everyKey_isTheHosts_andOfAKnownKind() {
    assertThat(KEPT).hasSizeGreaterThan(10);
    assertThat(KEPT.keySet()).allMatch(key -> key.startsWith(PREFIX));
  }

  @Test
  void everyKey_hasATtl_butAccountsAndTheRing() {
    for (Map.Entry<String, Long> key : TTLS.entrySet()) {
      String kind =
          key.getKey().substring(PREFIX.length(), key.getKey().indexOf(':', PREFIX.length()));
      if (kind.equals("ac") || kind.equals("kr")) {
        assertThat(key.getValue()).as(key.getKey()).isEqualTo(-1);
      } else {
        assertThat(key.getValue()).as(key.getKey()).isPositive();
      }
    }
  }

  @Test
  void noKey_holdsAnAddress() {
    assertThat(holding(literally(LOCAL_PART))).isEmpty();
    assertThat(holding(literally("residue.example"))).isEmpty();
  }

  @Test
  void noKey_holdsACode() {
    List<String> codes = MAILBOX.codes(EMAIL);
    assertThat(codes).hasSizeGreaterThanOrEqualTo(4);
    for (String code : codes) {
      // Not within a longer number, where chance can put it.
      assertThat(holding(Pattern.compile("(?<!\\d)" + code + "(?!\\d)"))).isEmpty();
    }
  }

  @Test
  void noKey_holdsAToken_norWhatProvesOne() {
    assertThat(TOKENS).hasSizeGreaterThan(15);
    for (String token : TOKENS) {
      assertThat(holding(literally(token))).isEmpty();
      for (String part : token.split("\\.", -1)) {
        byte[] bytes = Base64.getUrlDecoder().decode(part);
        if (bytes.length >= 2 * TELLING_BYTES) {
          String end = new String(bytes, bytes.length - TELLING_BYTES, TELLING_BYTES, ISO_8859_1);
          assertThat(holding(Pattern.compile(Pattern.quote(end)))).isEmpty();
        }
      }
    }
  }
}
