package dev.latchkey.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;

final class HmacTest {

  private static final SecretBytes KEY = SecretBytes.copyOf(new byte[32]);

  @Test
  void sha256_isHmacOverPartsWithTheirLengths() {
    // An independent implementation, fed by hand.
    HMac reference = new HMac(new SHA256Digest());
    reference.init(new KeyParameter(new byte[32]));
    byte[] framed = HexFormat.of().parseHex("00000002" + "6162" + "00000000" + "00000001" + "63");
    reference.update(framed, 0, framed.length);
    byte[] expected = new byte[32];
    assertThat(reference.doFinal(expected, 0)).isEqualTo(32);

    assertThat(Hmac.sha256(KEY, bytes("ab"), bytes(""), bytes("c"))).isEqualTo(expected);
  }

  @Test
  void partListsOfTheSameText_neverCollide() {
    List<byte[][]> lists =
        List.of(
            new byte[][] {},
            new byte[][] {bytes("")},
            new byte[][] {bytes(""), bytes("")},
            new byte[][] {bytes("abc")},
            new byte[][] {bytes("ab"), bytes("c")},
            new byte[][] {bytes("a"), bytes("bc")},
            new byte[][] {bytes("a"), bytes("b"), bytes("c")},
            new byte[][] {bytes("abc"), bytes("")},
            new byte[][] {bytes(""), bytes("abc")},
            new byte[][] {bytes("ab\0\0\0\1c")});
    Set<String> seen = new HashSet<>();
    for (byte[][] list : lists) {
      assertThat(seen.add(Base64Url.encode(Hmac.sha256(KEY, list)))).isTrue();
    }
  }

  @Test
  void anotherKey_givesAnotherResult() {
    byte[] other = new byte[32];
    other[0] = 1;

    assertThat(Hmac.sha256(SecretBytes.copyOf(other), bytes("a")))
        .isNotEqualTo(Hmac.sha256(KEY, bytes("a")));
  }

  @Test
  void keyOf31Bytes_isRefused_and32AreAccepted() {
    assertThat(Hmac.sha256(SecretBytes.copyOf(new byte[32]))).hasSize(32);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Hmac.sha256(SecretBytes.copyOf(new byte[31])))
        .withMessage("key must have at least 32 bytes, got 31");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
