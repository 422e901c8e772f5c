package dev.latchkey.auth.cas;

import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.Lane;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.Challenge;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.DeviceLane;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.SignInState;
import java.time.Instant;
import java.util.List;

/** The record of an identifier as bytes. */
final class OtpCodec {
  static final Codec<Kept> INSTANCE = new Codec<>("otp", 3, 1, OtpCodec::write, OtpCodec::read);

  private static final int ID_BYTES = 16;
  private static final int HASH_BYTES = 32;

  private OtpCodec() {}

  /**
   * A record, and until when it has to be kept by the rules of the latest call that knew them: two
   * verbs, which only take away, are not told the rules.
   */
  record Kept(SignInState state, Instant until) {
    static final Kept NOTHING = new Kept(SignInState.EMPTY, Instant.EPOCH);
  }

  private static void write(RecordWriter out, Kept kept) {
    SignInState state = kept.state();
    out.time(kept.until());
    out.list(state.challenges(), challenge -> challenge(out, challenge));
    lane(out, state.strangers());
    RateCodecs.writeLog(out, state.ceiling());
    out.list(
        state.devices(),
        device -> {
          out.text(device.name());
          out.base64(device.device().value());
          lane(out, device.lane());
          out.time(device.until());
        });
  }

  private static Kept read(RecordReader in) {
    Instant until = in.time();
    List<Challenge> challenges = in.list(() -> challenge(in));
    Lane strangers = lane(in);
    var ceiling = RateCodecs.readLog(in);
    List<DeviceLane> devices =
        in.list(
            () ->
                new DeviceLane(
                    in.text(), new DeviceId(in.base64(HASH_BYTES)), lane(in), in.time()));
    return new Kept(new SignInState(challenges, strangers, ceiling, devices), until);
  }

  private static void challenge(RecordWriter out, Challenge challenge) {
    out.base64(challenge.id().value());
    out.time(challenge.openedAt());
    out.number(challenge.guesses());
    out.list(
        challenge.codes(),
        code -> {
          out.base64(code.hash().text());
          out.time(code.createdAt());
          out.time(code.expiresAt());
        });
  }

  private static Challenge challenge(RecordReader in) {
    ChallengeId id = new ChallengeId(in.base64(ID_BYTES));
    Instant openedAt = in.time();
    int guesses = Math.toIntExact(in.number());
    List<LiveCode> codes =
        in.list(
            () ->
                new LiveCode(
                    CodeHash.parse(in.base64(HASH_BYTES)).orElseThrow(), in.time(), in.time()));
    return new Challenge(id, openedAt, codes, guesses);
  }

  private static void lane(RecordWriter out, Lane lane) {
    out.number(lane.failures());
    out.time(lane.lastFailureAt());
    out.octet(
        switch (lane.penalty()) {
          case NONE -> 0;
          case DELAY -> 1;
          case LOCK -> 2;
        });
    out.time(lane.until());
    out.optional(lane.lock(), lock -> out.base64(lock.value()));
  }

  private static Lane lane(RecordReader in) {
    int failures = Math.toIntExact(in.number());
    if (failures < 0) {
      throw new IllegalArgumentException("failures must not be negative");
    }
    Instant lastFailureAt = in.time();
    Penalty.Kind penalty =
        switch (in.octet()) {
          case 0 -> Penalty.Kind.NONE;
          case 1 -> Penalty.Kind.DELAY;
          case 2 -> Penalty.Kind.LOCK;
          default -> throw new IllegalArgumentException("unknown kind of penalty");
        };
    return new Lane(
        failures,
        lastFailureAt,
        penalty,
        in.time(),
        in.optional(() -> new LockId(in.base64(LockId.BYTES))));
  }
}
