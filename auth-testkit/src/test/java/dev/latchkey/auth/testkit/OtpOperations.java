package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.START;
import static dev.latchkey.auth.testkit.Samples.challenge;
import static dev.latchkey.auth.testkit.Samples.code;
import static dev.latchkey.auth.testkit.Samples.device;
import static dev.latchkey.auth.testkit.Samples.identity;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.otp.CodeForm;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OpenAnswer;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStanding;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.otp.Unlock;
import dev.latchkey.auth.otp.UnlockAnswer;
import java.time.Duration;
import java.util.Optional;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** One identity, at one moment: two challenges of two codes, strangers and a device. */
@Param(name = "number", gen = IntGen.class, conf = "1:2")
@Param(name = "shown", gen = IntGen.class, conf = "0:1")
public class OtpOperations {
  private static final IdentityHash ADA = identity(1);

  /** The second wrong code locks, so that few calls meet a lock. */
  private static final OtpRules RULES =
      OtpRules.of(
          LockoutTable.of(
              failures -> failures < 2 ? Penalty.NONE : Penalty.lock(Duration.ofMinutes(5))),
          2,
          1,
          Duration.ZERO);

  private final OtpStore store;

  /** Called by Lincheck, which wants it public. */
  public OtpOperations() {
    this(InMemoryStores.create().otp());
  }

  OtpOperations(OtpStore store) {
    this.store = store;
    open(1, 1);
  }

  @Operation
  public OpenAnswer open(@Param(name = "number") int challenge, @Param(name = "number") int code) {
    return store.open(ADA, challenge(challenge), live(code), Optional.empty(), RULES, START);
  }

  @Operation
  public OpenAnswer addCode(
      @Param(name = "number") int challenge, @Param(name = "number") int code) {
    return store.addCode(ADA, challenge(challenge), live(code), Optional.empty(), RULES, START);
  }

  @Operation
  public boolean withdraw(@Param(name = "number") int challenge, @Param(name = "number") int code) {
    return store.withdraw(ADA, challenge(challenge), code(code), START);
  }

  @Operation
  public GuessAnswer guess(
      @Param(name = "number") int challenge,
      @Param(name = "number") int code,
      @Param(name = "shown") int shown) {
    return store.guess(
        ADA,
        new Guess(
            challenge(challenge),
            CodeForm.SIX_DIGITS,
            code(code),
            shown(shown),
            device(2),
            Samples.lock(challenge)),
        RULES,
        START);
  }

  @Operation
  public UnlockAnswer unlock(@Param(name = "number") int lock, @Param(name = "shown") int shown) {
    return store.unlock(
        ADA,
        new Unlock(Unlock.Kind.LOCK, Samples.lock(lock), shown(shown), device(1)),
        RULES,
        START);
  }

  @Operation
  public int forgetDevices() {
    return store.forgetDevices(ADA, START);
  }

  @Operation
  public OtpStanding status(
      @Param(name = "number") int challenge, @Param(name = "shown") int shown) {
    return store.status(ADA, challenge(challenge), shown(shown), RULES, START);
  }

  private static LiveCode live(int code) {
    return new LiveCode(code(code), START, START.plus(Duration.ofMinutes(5)));
  }

  /** 0 is a stranger. */
  private static Optional<DeviceId> shown(int number) {
    return number == 0 ? Optional.empty() : Optional.of(device(number));
  }
}
