package dev.latchkey.auth.key;

import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.crypto.SecureBytes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a node was given to keep the ring of one issuer with; see {@link Keys#open}. Immutable. */
record RingSetup(
    KeyStore store,
    String issuer,
    MasterSecret secret,
    RotationPolicy policy,
    Duration longestTokenLife,
    Clock clock,
    SecureBytes random,
    Consumer<KeyChange> listener,
    SigningKeyPair.Source pairs) {

  /** Each lost race is another node's success, so that many in a row are a broken store. */
  static final int ATTEMPTS = 32;

  /** Retired keys of more than this many periods would not find room in a ring. */
  private static final int MAX_PERIODS_RETAINED = 32;

  private static final int MAX_ISSUER_LENGTH = 512;

  RingSetup {
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(issuer, "issuer");
    Objects.requireNonNull(secret, "secret");
    Objects.requireNonNull(policy, "policy");
    Objects.requireNonNull(longestTokenLife, "longestTokenLife");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(random, "random");
    Objects.requireNonNull(listener, "listener");
    Objects.requireNonNull(pairs, "pairs");
    if (issuer.isEmpty() || issuer.length() > MAX_ISSUER_LENGTH) {
      throw new IllegalArgumentException(
          "issuer must have 1 to %d characters, got %d"
              .formatted(MAX_ISSUER_LENGTH, issuer.length()));
    }
    if (longestTokenLife.isNegative()
        || longestTokenLife.isZero()
        || longestTokenLife.compareTo(policy.period().multipliedBy(MAX_PERIODS_RETAINED)) > 0) {
      throw new IllegalArgumentException(
          "longestTokenLife must be positive and at most %d periods, got %s"
              .formatted(MAX_PERIODS_RETAINED, longestTokenLife));
    }
  }

  /** How long what a key signed can be alive after its successor took over. */
  Duration retention() {
    return longestTokenLife
        .plus(Keys.MAX_LEEWAY)
        .plus(Keys.CLOCK_TOLERANCE)
        .plus(Keys.REREAD_EVERY);
  }

  SecretBytes newestSecret() {
    return secret.revealAll().get(0);
  }

  String newestSecretId() {
    return RingVault.secretId(newestSecret());
  }

  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  SecretBytes newKey() {
    return SecretBytes.copyOf(random.next(RingVault.KEY_BYTES));
  }

  /** Takes up to about a second for an RSA key. */
  SigningKeyPair newPair() {
    return SigningKeyPair.of(
        policy.algorithm(), pairs.generate(policy.algorithm(), policy.rsaBits()));
  }

  /** A pair that is made when it is first asked for and kept for the attempts after a lost race. */
  Supplier<SigningKeyPair> newPairOnDemand() {
    return new Supplier<>() {
      private @Nullable SigningKeyPair pair;

      @Override
      public SigningKeyPair get() {
        if (pair == null) {
          pair = newPair();
        }
        return pair;
      }
    };
  }

  void tell(KeyChange.Kind kind, String id, Instant at) {
    listener.accept(new KeyChange(kind, id, at));
  }
}
