package dev.latchkey.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AeadTest {

  private static final SecretBytes KEY = SecretBytes.copyOf(new byte[32]);
  private static final byte[] TEXT = "attack at dawn".getBytes(StandardCharsets.UTF_8);
  private static final byte[] PURPOSE = "purpose".getBytes(StandardCharsets.UTF_8);

  @Test
  void open_givesBackWhatWasSealed() {
    byte[] sealed = Aead.seal(KEY, TEXT, PURPOSE);

    assertThat(sealed).hasSize(12 + TEXT.length + 16);
    assertThat(Aead.open(KEY, sealed, PURPOSE)).hasValue(TEXT);
  }

  @Test
  void open_readsTheTestVectorOfGcm() {
    // McGrew and Viega, "The Galois/Counter Mode of Operation", test case 16.
    HexFormat hex = HexFormat.of();
    SecretBytes key =
        SecretBytes.copyOf(
            hex.parseHex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
    byte[] sealed =
        hex.parseHex(
            "cafebabefacedbaddecaf888"
                + "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b");
    byte[] associated = hex.parseHex("feedfacedeadbeeffeedfacedeadbeefabaddad2");

    assertThat(Aead.open(key, sealed, associated))
        .hasValue(
            hex.parseHex(
                "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                    + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"));
  }

  @Test
  void emptyText_canBeSealed() {
    byte[] sealed = Aead.seal(KEY, new byte[0], new byte[0]);

    assertThat(Aead.open(KEY, sealed, new byte[0])).hasValue(new byte[0]);
  }

  @Test
  void everyFlippedBit_isRefused() {
    byte[] sealed = Aead.seal(KEY, TEXT, PURPOSE);
    for (int bit = 0; bit < 8 * sealed.length; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(Aead.open(KEY, changed, PURPOSE)).as("bit %d", bit).isEmpty();
    }
  }

  @Test
  void everyOtherLength_isRefused() {
    byte[] sealed = Aead.seal(KEY, TEXT, PURPOSE);
    for (int length = 0; length < sealed.length; length++) {
      assertThat(Aead.open(KEY, Arrays.copyOf(sealed, length), PURPOSE)).isEmpty();
    }
    assertThat(Aead.open(KEY, Arrays.copyOf(sealed, sealed.length + 1), PURPOSE)).isEmpty();
  }

  @Test
  void anotherKeyOrPurpose_isRefused() {
    byte[] sealed = Aead.seal(KEY, TEXT, PURPOSE);
    byte[] other = new byte[32];
    other[31] = 1;

    assertThat(Aead.open(SecretBytes.copyOf(other), sealed, PURPOSE)).isEmpty();
    assertThat(Aead.open(KEY, sealed, "purposf".getBytes(StandardCharsets.UTF_8))).isEmpty();
    assertThat(Aead.open(KEY, sealed, new byte[0])).isEmpty();
  }

  @Test
  void sameText_isSealedDifferentlyEachTime() {
    Set<String> nonces = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      byte[] nonce = Arrays.copyOf(Aead.seal(KEY, TEXT, PURPOSE), Aead.NONCE_BYTES);
      assertThat(nonces.add(HexFormat.of().formatHex(nonce))).isTrue();
    }
  }

  @Test
  void keyOfAnotherLength_isRefused() {
    for (int length : new int[] {0, 16, 24, 31, 33}) {
      SecretBytes key = SecretBytes.copyOf(new byte[length]);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Aead.seal(key, TEXT, PURPOSE))
          .withMessage("key must have 32 bytes, got " + length);
      assertThatIllegalArgumentException().isThrownBy(() -> Aead.open(key, TEXT, PURPOSE));
    }
  }

  @Test
  void longestText_isSealed_andOneByteMoreIsRefused() {
    byte[] longest = new byte[Aead.MAX_TEXT_BYTES];
    byte[] sealed = Aead.seal(KEY, longest, PURPOSE);

    assertThat(Aead.open(KEY, sealed, PURPOSE)).hasValue(longest);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Aead.seal(KEY, new byte[Aead.MAX_TEXT_BYTES + 1], PURPOSE));
    assertThat(Aead.open(KEY, new byte[sealed.length + 1], PURPOSE)).isEmpty();
  }
}
