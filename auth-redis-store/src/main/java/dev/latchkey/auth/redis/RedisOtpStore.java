package dev.latchkey.auth.redis;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.Challenge;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeForm;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.DeviceLane;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OpenAnswer;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStanding;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.otp.SignInState;
import dev.latchkey.auth.otp.Unlock;
import dev.latchkey.auth.otp.UnlockAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Challenges, failures and locks: one key for each identifier, each verb one script of {@code
 * sign_in.lua}. Times are kept in whole milliseconds, rounded down.
 */
final class RedisOtpStore implements OtpStore {
  private static final Script STATUS = script("otp_status");
  private static final Script OPEN = script("otp_open");
  private static final Script ADD_CODE = script("otp_add_code");
  private static final Script WITHDRAW = script("otp_withdraw");
  private static final Script GUESS = script("otp_guess");
  private static final Script UNLOCK = script("otp_unlock");
  private static final Script FORGET_DEVICES = script("otp_forget_devices");

  private final Commands commands;

  RedisOtpStore(Commands commands) {
    this.commands = commands;
  }

  private static Script script(String name) {
    return Script.of(name, "records", "rate_log", "sign_in");
  }

  @Override
  public OtpStanding status(
      IdentityHash identity,
      ChallengeId challenge,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    Reply reply =
        call("otp.status", STATUS, identity, now, text(rules), challenge.value(), id(device));
    return new OtpStanding(
        kind(reply, 0),
        reply.time(1),
        maybe(reply.text(2)).map(LockId::new),
        maybe(reply.text(3)),
        reply.number(4) < 0 ? Optional.empty() : Optional.of(reply.time(4)));
  }

  @Override
  public OpenAnswer open(
      IdentityHash identity,
      ChallengeId challenge,
      LiveCode code,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    return store("otp.open", OPEN, identity, challenge, code, device, rules, now);
  }

  @Override
  public OpenAnswer addCode(
      IdentityHash identity,
      ChallengeId challenge,
      LiveCode code,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    return store("otp.addCode", ADD_CODE, identity, challenge, code, device, rules, now);
  }

  private OpenAnswer store(
      String verb,
      Script script,
      IdentityHash identity,
      ChallengeId challenge,
      LiveCode code,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    Reply reply =
        call(
            verb,
            script,
            identity,
            now,
            text(rules),
            challenge.value(),
            id(device),
            code.hash().text(),
            Millis.of(code.createdAt()),
            Millis.of(code.expiresAt()));
    return switch (reply.text(0)) {
      case "opened" -> new OpenAnswer.Opened();
      case "locked" -> new OpenAnswer.Locked(reply.time(1), new LockId(reply.text(2)));
      case "early" -> new OpenAnswer.TooEarly(reply.time(1));
      case "gone" -> new OpenAnswer.Gone();
      default -> throw reply.unknown();
    };
  }

  @Override
  public boolean withdraw(
      IdentityHash identity, ChallengeId challenge, CodeHash code, Instant now) {
    return call("otp.withdraw", WITHDRAW, identity, now, challenge.value(), code.text()).flag(0);
  }

  @Override
  public GuessAnswer guess(IdentityHash identity, Guess guess, OtpRules rules, Instant now) {
    Reply reply =
        call(
            "otp.guess",
            GUESS,
            identity,
            now,
            text(rules),
            guess.challenge().value(),
            flag(guess.form() == CodeForm.SIX_DIGITS),
            guess.candidate().text(),
            id(guess.device()),
            guess.newcomer().value(),
            guess.lock().value());
    return switch (reply.text(0)) {
      case "right" -> new GuessAnswer.Right();
      case "wrong" ->
          new GuessAnswer.Wrong(
              reply.count(1),
              reply.count(2),
              new Penalty(kind(reply, 3), Duration.ofMillis(reply.number(4))),
              reply.flag(5));
      case "expired" -> new GuessAnswer.Expired();
      case "held" -> new GuessAnswer.Held(kind(reply, 1), reply.time(2));
      default -> throw reply.unknown();
    };
  }

  @Override
  public UnlockAnswer unlock(IdentityHash identity, Unlock unlock, OtpRules rules, Instant now) {
    Reply reply =
        call(
            "otp.unlock",
            UNLOCK,
            identity,
            now,
            text(rules),
            flag(unlock.kind() == Unlock.Kind.LOCK),
            unlock.grant().value(),
            id(unlock.device()),
            unlock.newcomer().value());
    return switch (reply.text(0)) {
      case "kept" -> UnlockAnswer.KEPT;
      case "replaced" -> UnlockAnswer.REPLACED;
      case "refused" -> UnlockAnswer.REFUSED;
      default -> throw reply.unknown();
    };
  }

  @Override
  public int forgetDevices(IdentityHash identity, Instant now) {
    return call("otp.forgetDevices", FORGET_DEVICES, identity, now).count(0);
  }

  private Reply call(
      String verb, Script script, IdentityHash identity, Instant now, String... args) {
    String[] all = Stream.concat(Stream.of(Millis.of(now)), Stream.of(args)).toArray(String[]::new);
    return commands.run(verb, script, List.of("si:" + identity.text()), all);
  }

  private static String id(Optional<DeviceId> device) {
    return device.map(DeviceId::value).orElse("");
  }

  private static String flag(boolean value) {
    return value ? "1" : "0";
  }

  private static long number(Penalty.Kind kind) {
    return switch (kind) {
      case NONE -> 0;
      case DELAY -> 1;
      case LOCK -> 2;
    };
  }

  private static Penalty.Kind kind(Reply reply, int at) {
    return switch (reply.count(at)) {
      case 0 -> Penalty.Kind.NONE;
      case 1 -> Penalty.Kind.DELAY;
      case 2 -> Penalty.Kind.LOCK;
      default -> throw reply.unknown();
    };
  }

  private static Optional<String> maybe(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** All numbers that the rules of {@code sign_in.lua} need, the constants of core among them. */
  private static String text(OtpRules rules) {
    LockoutTable lockout = rules.lockout();
    LongStream numbers =
        LongStream.of(
            rules.maxAttempts(),
            rules.shortCodeAttempts(),
            rules.maxOpen(),
            SignInState.SPARE,
            Challenge.MAX_CODES,
            rules.resendAfter().toMillis(),
            rules.maxDevices(),
            rules.deviceLifetime().toMillis(),
            DeviceLane.MAX_FAILURES,
            LiveCode.MAX_SKEW.toMillis(),
            lockout.ceiling(),
            lockout.ceilingWindow().toMillis(),
            lockout.ceilingLock().toMillis(),
            lockout.memory().toMillis());
    LongStream penalties =
        lockout.penalties().stream()
            .flatMapToLong(p -> LongStream.of(number(p.kind()), p.duration().toMillis()));
    return LongStream.concat(numbers, penalties)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(" "));
  }
}
