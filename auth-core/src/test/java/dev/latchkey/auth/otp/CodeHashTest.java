package dev.latchkey.auth.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.crypto.SecureBytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CodeHashTest {
  private static final SecretBytes PEPPER = TestKeys.key(1, Purpose.CODE_PEPPER).key();
  private static final IdentityHash ADA = identity(1);
  private static final ChallengeId CHALLENGE = challenge(1);
  private static final OneTimeCode CODE = OneTimeCode.parse("492817").orElseThrow();

  private static IdentityHash identity(int number) {
    byte[] bytes = new byte[IdentityHash.BYTES];
    bytes[0] = (byte) number;
    return IdentityHash.fromBytes(bytes).orElseThrow();
  }

  private static ChallengeId challenge(int number) {
    byte[] bytes = new byte[ChallengeId.BYTES];
    bytes[0] = (byte) number;
    return ChallengeId.of(bytes);
  }

  @Test
  void sameCode_ofAnotherIdentityChallengeOrPepper_hasAnotherHash() {
    CodeHash hash = CodeHash.of(PEPPER, ADA, CHALLENGE, CODE);

    assertThat(CodeHash.of(PEPPER, ADA, CHALLENGE, CODE)).isEqualTo(hash);
    assertThat(
            List.of(
                CodeHash.of(PEPPER, identity(2), CHALLENGE, CODE),
                CodeHash.of(PEPPER, ADA, challenge(2), CODE),
                CodeHash.of(TestKeys.key(2, Purpose.CODE_PEPPER).key(), ADA, CHALLENGE, CODE),
                CodeHash.of(PEPPER, ADA, CHALLENGE, OneTimeCode.parse("492818").orElseThrow())))
        .doesNotContain(hash)
        .doesNotHaveDuplicates()
        .noneMatch(hash::matches);
  }

  @Test
  void storedForm_comesBack() {
    CodeHash hash = CodeHash.of(PEPPER, ADA, CHALLENGE, CODE);

    assertThat(hash.text()).hasSize(43);
    assertThat(CodeHash.parse(hash.text())).hasValue(hash);
    assertThat(CodeHash.parse(hash.text() + "=")).isEmpty();
    assertThat(CodeHash.parse(hash.text().substring(1))).isEmpty();
    assertThat(CodeHash.parse("")).isEmpty();
    assertThat(CodeHash.parse("492817")).isEmpty();
  }

  @Test
  void toStringAndHashCode_tellNothing() {
    CodeHash hash = CodeHash.of(PEPPER, ADA, CHALLENGE, CODE);

    assertThat(hash).hasToString("CodeHash[redacted]");
    assertThat(hash.hashCode()).isEqualTo(CodeHash.matchless(SecureBytes.system()).hashCode());
  }

  @Test
  void matchless_isDifferentEachTime() {
    assertThat(CodeHash.matchless(SecureBytes.system()))
        .isNotEqualTo(CodeHash.matchless(SecureBytes.system()));
  }

  /** What a thief of the store can try: every code, hashed with all else that the store holds. */
  @Test
  void aDumpOfTheStore_givesNoCode_whenAllAMillionAreTried() throws GeneralSecurityException {
    byte[] stored =
        Base64Url.decode(CodeHash.of(PEPPER, ADA, CHALLENGE, CODE).text()).orElseThrow();

    for (byte[][] salts : saltings()) {
      assertThat(crack(stored, salts[0], salts[1])).isEmpty();
    }
  }

  /** The same search finds a code that was hashed without a pepper: it does look. */
  @Test
  void aDumpOfSaltedHashesWithoutPepper_givesTheCode() throws GeneralSecurityException {
    for (byte[][] salts : saltings().subList(5, 7)) {
      byte[] plain = sha256(salts[0], ascii("492817"), salts[1]);

      assertThat(crack(plain, salts[0], salts[1])).hasValue("492817");
    }
  }

  private static List<byte[][]> saltings() {
    byte[] none = new byte[0];
    byte[] label = ascii("code");
    byte[] identity = ADA.toBytes();
    byte[] challenge = CHALLENGE.bytes();
    return List.of(
        new byte[][] {none, none},
        new byte[][] {identity, none},
        new byte[][] {none, identity},
        new byte[][] {challenge, none},
        new byte[][] {none, challenge},
        new byte[][] {join(identity, challenge), none},
        new byte[][] {join(label, identity, challenge), none},
        new byte[][] {ascii(ADA.text() + CHALLENGE.value()), none});
  }

  private static Optional<String> crack(byte[] stored, byte[] before, byte[] after)
      throws GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] input = join(before, new byte[6], after);
    byte[] hash = new byte[32];
    for (int code = 0; code < 1_000_000; code++) {
      int rest = code;
      for (int at = before.length + 5; at >= before.length; at--) {
        input[at] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
      digest.update(input);
      digest.digest(hash, 0, hash.length);
      if (Arrays.equals(hash, stored)) {
        return Optional.of(new String(input, before.length, 6, StandardCharsets.US_ASCII));
      }
    }
    return Optional.empty();
  }

  private static byte[] sha256(byte[]... parts) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(join(parts));
  }

  private static byte[] join(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
