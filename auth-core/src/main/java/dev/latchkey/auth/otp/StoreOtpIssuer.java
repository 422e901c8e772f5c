package dev.latchkey.auth.otp;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.PurposeKey;
import dev.latchkey.auth.crypto.PurposeKeys;
import dev.latchkey.auth.crypto.SecretText;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.lockout.Penalty;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The issuer over a store: hashes and seals, and leaves every judgement to the record. */
final class StoreOtpIssuer implements OtpIssuer {
  private final OtpStore store;
  private final PurposeKeys keys;
  private final HandleSeal seal;
  private final Function<EmailAddress, IdentityHash> identities;
  private final Predicate<EmailAddress> admits;
  private final OtpPolicy policy;
  private final OtpRules rules;
  private final Clock clock;
  private final SecureBytes random;

  StoreOtpIssuer(
      OtpStore store,
      PurposeKeys keys,
      Function<EmailAddress, IdentityHash> identities,
      Predicate<EmailAddress> admits,
      OtpPolicy policy,
      Clock clock,
      SecureBytes random) {
    this.store = store;
    this.keys = keys;
    this.seal = new HandleSeal(keys);
    this.identities = identities;
    this.admits = admits;
    this.policy = policy;
    this.rules = policy.rules();
    this.clock = Clock.tick(clock, Duration.ofMillis(1));
    this.random = random;
  }

  @Override
  public Optional<IssueResult> refusal(EmailAddress address, Optional<String> resend) {
    Instant now = clock.instant();
    ChallengeId challenge =
        own(address, resend)
            .map(ChallengeHandle::challenge)
            .orElseGet(() -> ChallengeId.random(random));
    OtpStanding standing = store.status(identities.apply(address), challenge, rules, now);
    if (standing.penalty() == Penalty.Kind.LOCK) {
      return Optional.of(new IssueResult.Locked(Duration.between(now, standing.until())));
    }
    return standing
        .resendAt()
        .filter(now::isBefore)
        .map(at -> new IssueResult.TooEarly(Duration.between(now, at)));
  }

  @Override
  public IssueResult issue(EmailAddress address, Optional<String> resend) {
    Optional<ChallengeHandle> own = own(address, resend);
    if (own.isPresent()) {
      // Under the root that the challenge began with, so that one candidate serves both codes.
      Optional<PurposeKey> pepper = keys.find(own.get().root(), Purpose.CODE_PEPPER);
      if (pepper.isPresent()) {
        Optional<IssueResult> resent = resend(address, own.get().challenge(), pepper.get());
        if (resent.isPresent()) {
          return resent.get();
        }
      }
    }
    Attempt attempt =
        new Attempt(address, ChallengeId.random(random), keys.current(Purpose.CODE_PEPPER));
    OpenAnswer answer =
        store.open(attempt.identity, attempt.challenge, attempt.live, rules, attempt.now);
    return attempt
        .result(answer, false)
        .orElseThrow(() -> new IllegalStateException("open answered as only addCode may"));
  }

  /** Empty if the challenge is gone, so that a new one is opened. */
  private Optional<IssueResult> resend(
      EmailAddress address, ChallengeId challenge, PurposeKey pepper) {
    Attempt attempt = new Attempt(address, challenge, pepper);
    OpenAnswer answer =
        store.addCode(attempt.identity, challenge, attempt.live, rules, attempt.now);
    return attempt.result(answer, true);
  }

  private Optional<ChallengeHandle> own(EmailAddress address, Optional<String> resend) {
    return resend.flatMap(seal::open).filter(handle -> handle.address().equals(address));
  }

  @Override
  public void withdraw(EmailAddress address, IssueResult.Issued issued) {
    IdentityHash identity = identities.apply(address);
    seal.open(issued.handle().revealText())
        .ifPresent(
            handle ->
                hash(handle, identity, issued.code())
                    .ifPresent(
                        hash ->
                            store.withdraw(identity, handle.challenge(), hash, clock.instant())));
  }

  /** Empty if the root of the handle was dropped. */
  private Optional<CodeHash> hash(ChallengeHandle handle, IdentityHash identity, OneTimeCode code) {
    return keys.find(handle.root(), Purpose.CODE_PEPPER)
        .map(pepper -> CodeHash.of(pepper.key(), identity, handle.challenge(), code));
  }

  @Override
  public Optional<ChallengeHandle> read(String handle) {
    Instant now = clock.instant();
    return seal.open(handle).filter(opened -> now.isBefore(opened.expiresAt()));
  }

  @Override
  public GuessResult guess(ChallengeHandle handle, OneTimeCode code) {
    IdentityHash identity = identities.apply(handle.address());
    boolean admitted = admits.test(handle.address());
    CodeHash candidate =
        hash(handle, identity, code)
            .filter(hash -> admitted)
            .orElseGet(() -> CodeHash.matchless(random));
    Instant now = clock.instant();
    GuessAnswer answer = store.guess(identity, handle.challenge(), candidate, rules, now);
    if (answer instanceof GuessAnswer.Right) {
      return new GuessResult.Right();
    }
    if (answer instanceof GuessAnswer.Wrong wrong) {
      return new GuessResult.Wrong(wrong.failures(), wrong.attemptsLeft(), wrong.penalty());
    }
    if (answer instanceof GuessAnswer.Held held) {
      return new GuessResult.Held(held.kind(), Duration.between(now, held.until()));
    }
    return new GuessResult.Expired();
  }

  /** One code on its way into the store. */
  private final class Attempt {
    final EmailAddress address;
    final ChallengeId challenge;
    final PurposeKey pepper;
    final IdentityHash identity;
    final OneTimeCode code = OneTimeCode.random(random);
    final Instant now = clock.instant();
    final LiveCode live;

    Attempt(EmailAddress address, ChallengeId challenge, PurposeKey pepper) {
      this.address = address;
      this.challenge = challenge;
      this.pepper = pepper;
      this.identity = identities.apply(address);
      CodeHash hash = CodeHash.of(pepper.key(), identity, challenge, code);
      this.live = new LiveCode(hash, now, now.plus(policy.codeLifetime()));
    }

    Optional<IssueResult> result(OpenAnswer answer, boolean resent) {
      if (answer instanceof OpenAnswer.Locked locked) {
        return Optional.of(new IssueResult.Locked(Duration.between(now, locked.until())));
      }
      if (answer instanceof OpenAnswer.TooEarly early) {
        return Optional.of(new IssueResult.TooEarly(Duration.between(now, early.until())));
      }
      return answer instanceof OpenAnswer.Opened
          ? Optional.of(
              new IssueResult.Issued(
                  handle(), code, policy.codeLifetime(), policy.resendAfter(), resent))
          : Optional.empty();
    }

    private SecretText handle() {
      PurposeKey key =
          keys.find(pepper.root(), Purpose.CHALLENGE_HANDLE)
              .orElseGet(() -> keys.current(Purpose.CHALLENGE_HANDLE));
      return SecretText.of(
          seal.seal(
              new ChallengeHandle(key.root(), challenge, address, code.form(), live.expiresAt()),
              key));
    }
  }
}
