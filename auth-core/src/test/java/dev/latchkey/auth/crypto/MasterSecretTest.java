package dev.latchkey.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MasterSecretTest {

  private static final String A = "a".repeat(32);
  private static final String B = "b".repeat(32);

  @Test
  void of_keepsTheOrder_newestFirst() {
    MasterSecret secret = MasterSecret.of(bytes(A), bytes(B));

    assertThat(secret.revealAll())
        .containsExactly(SecretBytes.copyOf(bytes(A)), SecretBytes.copyOf(bytes(B)));
  }

  @Test
  void ofText_readsTheSame_andDropsWhiteSpaceAroundElements() {
    assertThat(MasterSecret.ofText(" " + A + " ,\t" + B + "\n").revealAll())
        .isEqualTo(MasterSecret.of(bytes(A), bytes(B)).revealAll());
  }

  @Test
  void ofText_countsUtf8BytesAndNotCharacters() {
    assertThat(MasterSecret.ofText("é".repeat(16)).revealAll().get(0).length()).isEqualTo(32);
  }

  @Test
  void secret_of31Bytes_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MasterSecret.ofText(A + "," + "canary".repeat(5) + "c"))
        .withMessage("master secret number 2 must have 32 to 1024 bytes, got 31");
  }

  @Test
  void secret_of1024Bytes_isAccepted_and1025AreRefused() {
    assertThat(MasterSecret.of(new byte[1024]).revealAll()).hasSize(1);
    assertThatIllegalArgumentException().isThrownBy(() -> MasterSecret.of(new byte[1025]));
  }

  @Test
  void eightSecrets_areAccepted_andNineAreRefused() {
    assertThat(MasterSecret.ofText(list(8)).revealAll()).hasSize(8);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MasterSecret.ofText(list(9)))
        .withMessage("master secret must be a list of at most 8 secrets, got 9");
  }

  @Test
  void emptyElement_isRefused() {
    for (String text : List.of("", ",", A + ",", "," + A, A + ",," + B)) {
      assertThatIllegalArgumentException().isThrownBy(() -> MasterSecret.ofText(text));
    }
  }

  @Test
  void sameSecretTwice_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MasterSecret.ofText(A + "," + B + "," + A))
        .withMessage("master secret number 3 must differ from those before it");
  }

  @Test
  void loneSurrogates_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MasterSecret.ofText("\ud800".repeat(40)))
        .withMessage("master secret must be well-formed Unicode text");
  }

  @Test
  void neitherExceptionNorToString_showsTheSecret() {
    String tooShort = "canary";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MasterSecret.ofText(tooShort))
        .withMessageNotContaining(tooShort);
    assertThat(MasterSecret.ofText(A)).hasToString("MasterSecret[redacted]");
  }

  @Test
  void fromEnvironment_withoutTheVariable_namesIt() {
    assertThatIllegalStateException()
        .isThrownBy(() -> MasterSecret.fromEnvironment("LATCHKEY_NO_SUCH_VARIABLE"))
        .withMessageContaining("LATCHKEY_NO_SUCH_VARIABLE");
  }

  @Test
  void fromEnvironment_readsVariablesAsOfTextDoes() {
    assertThat(System.getenv())
        .allSatisfy(
            (name, value) -> {
              if (!value.isBlank()) {
                assertThat(outcome(() -> MasterSecret.fromEnvironment(name)))
                    .isEqualTo(outcome(() -> MasterSecret.ofText(value)));
              }
            });
  }

  @Test
  void generate_givesAnotherSecretEachTime() {
    SecretBytes secret = MasterSecret.generate().revealAll().get(0);

    assertThat(secret.length()).isEqualTo(32);
    assertThat(secret).isNotEqualTo(MasterSecret.generate().revealAll().get(0));
    assertThat(Arrays.equals(secret.revealBytes(), new byte[32])).isFalse();
  }

  private interface Making {
    MasterSecret make();
  }

  private static Object outcome(Making making) {
    try {
      return making.make().revealAll();
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String list(int n) {
    return IntStream.range(0, n)
        .mapToObj(i -> String.valueOf((char) ('a' + i)).repeat(32))
        .collect(Collectors.joining(","));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
