package dev.latchkey.auth.otp;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.PurposeKey;
import dev.latchkey.auth.crypto.PurposeKeys;
import dev.latchkey.auth.crypto.SecretText;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.Penalty;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;

/** The issuer over a store: hashes and seals, and leaves every judgement to the record. */
final class StoreOtpIssuer implements OtpIssuer {
  private final OtpStore store;
  private final PurposeKeys keys;
  private final HandleSeal seal;
  private final UnlockTokens unlockTokens;
  private final Function<EmailAddress, IdentityHash> identities;
  private final Predicate<EmailAddress> admits;
  private final BooleanSupplier underAttack;
  private final OtpPolicy policy;
  private final OtpRules rules;
  private final Clock clock;
  private final SecureBytes random;

  StoreOtpIssuer(
      OtpStore store,
      PurposeKeys keys,
      Function<EmailAddress, IdentityHash> identities,
      Predicate<EmailAddress> admits,
      BooleanSupplier underAttack,
      OtpPolicy policy,
      Clock clock,
      SecureBytes random) {
    this.store = store;
    this.keys = keys;
    this.seal = new HandleSeal(keys);
    this.unlockTokens = new UnlockTokens(keys);
    this.identities = identities;
    this.admits = admits;
    this.underAttack = underAttack;
    this.policy = policy;
    this.rules = policy.rules();
    this.clock = Clock.tick(clock, Duration.ofMillis(1));
    this.random = random;
  }

  @Override
  public OtpCheck check(EmailAddress address, Optional<String> resend, Optional<DeviceId> device) {
    Instant now = clock.instant();
    IdentityHash identity = identities.apply(address);
    ChallengeId challenge =
        own(address, resend)
            .map(ChallengeHandle::challenge)
            .orElseGet(() -> ChallengeId.random(random));
    OtpStanding standing = store.status(identity, challenge, device, rules, now);
    return new OtpCheck(refusal(identity, standing, now), standing.lane());
  }

  private Optional<IssueResult> refusal(IdentityHash identity, OtpStanding standing, Instant now) {
    if (standing.penalty() == Penalty.Kind.LOCK) {
      return standing.lock().map(lock -> locked(identity, lock, standing.until(), now));
    }
    return standing
        .resendAt()
        .filter(now::isBefore)
        .map(at -> new IssueResult.TooEarly(Duration.between(now, at)));
  }

  private IssueResult locked(IdentityHash identity, LockId lock, Instant until, Instant now) {
    return new IssueResult.Locked(Duration.between(now, until), offer(identity, lock, until, now));
  }

  private UnlockOffer offer(IdentityHash identity, LockId lock, Instant until, Instant now) {
    Instant latest = now.plus(OtpPolicy.MAX_UNLOCK);
    Instant end = until.isBefore(latest) ? until : latest;
    return unlockTokens.issue(identity, Unlock.Kind.LOCK, lock, end, now);
  }

  @Override
  public IssueResult issue(
      EmailAddress address, Optional<String> resend, Optional<DeviceId> device) {
    Optional<ChallengeHandle> own = own(address, resend);
    if (own.isPresent()) {
      // Under the root that the challenge began with, so that one candidate serves both codes.
      Optional<PurposeKey> pepper = keys.find(own.get().root(), Purpose.CODE_PEPPER);
      if (pepper.isPresent()) {
        Attempt attempt = new Attempt(address, own.get().challenge(), pepper.get());
        Optional<IssueResult> resent =
            attempt.result(
                store.addCode(
                    attempt.identity, attempt.challenge, attempt.live, device, rules, attempt.now),
                true);
        if (resent.isPresent()) {
          return resent.get();
        }
        // The challenge is gone: a new one is opened.
      }
    }
    Attempt attempt =
        new Attempt(address, ChallengeId.random(random), keys.current(Purpose.CODE_PEPPER));
    OpenAnswer answer =
        store.open(attempt.identity, attempt.challenge, attempt.live, device, rules, attempt.now);
    return attempt
        .result(answer, false)
        .orElseThrow(() -> new IllegalStateException("open answered as only addCode may"));
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
  public GuessResult guess(
      ChallengeHandle handle, OneTimeCode code, Optional<DeviceId> device, DeviceId newcomer) {
    IdentityHash identity = identities.apply(handle.address());
    boolean admitted = admits.test(handle.address());
    CodeHash candidate =
        hash(handle, identity, code)
            .filter(hash -> admitted)
            .orElseGet(() -> CodeHash.matchless(random));
    Instant now = clock.instant();
    LockId lock = LockId.random(random);
    Guess guess = new Guess(handle.challenge(), code.form(), candidate, device, newcomer, lock);
    GuessAnswer answer = store.guess(identity, guess, rulesOfNow(), now);
    if (answer instanceof GuessAnswer.Right) {
      return new GuessResult.Right();
    }
    if (answer instanceof GuessAnswer.Wrong wrong) {
      boolean locked = wrong.penalty().kind() == Penalty.Kind.LOCK;
      return new GuessResult.Wrong(
          wrong.failures(),
          wrong.attemptsLeft(),
          wrong.penalty(),
          locked
              ? Optional.of(offer(identity, lock, now.plus(wrong.penalty().duration()), now))
              : Optional.empty());
    }
    if (answer instanceof GuessAnswer.Held held) {
      return new GuessResult.Held(held.kind(), Duration.between(now, held.until()));
    }
    return new GuessResult.Expired();
  }

  private OtpRules rulesOfNow() {
    return underAttack.getAsBoolean() ? rules.shortCodeAttempts(1) : rules;
  }

  @Override
  public UnlockOffer offer(EmailAddress address) {
    Instant now = clock.instant();
    return unlockTokens.issue(
        identities.apply(address),
        Unlock.Kind.BUDGET,
        LockId.random(random),
        now.plus(OtpPolicy.BUDGET_UNLOCK),
        now);
  }

  @Override
  public Optional<UnlockToken> readUnlock(String text) {
    return unlockTokens.read(text, clock.instant());
  }

  @Override
  public UnlockAnswer unlock(UnlockToken token, Optional<DeviceId> device, DeviceId newcomer) {
    Unlock unlock = new Unlock(token.kind(), token.grant(), device, newcomer);
    return store.unlock(token.identity(), unlock, rules, clock.instant());
  }

  @Override
  public void forgetDevices(EmailAddress address) {
    store.forgetDevices(identities.apply(address), clock.instant());
  }

  /** One code on its way into the store. */
  private final class Attempt {
    final EmailAddress address;
    final ChallengeId challenge;
    final PurposeKey pepper;
    final IdentityHash identity;
    final OneTimeCode code =
        OneTimeCode.random(
            underAttack.getAsBoolean() ? CodeForm.EIGHT_BASE32 : CodeForm.SIX_DIGITS, random);
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
        return Optional.of(
            StoreOtpIssuer.this.locked(identity, locked.lock(), locked.until(), now));
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
