package dev.latchkey.auth.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.SecretBytes;
import org.junit.jupiter.api.Test;

final class IdentityHashTest {

  private static final SecretBytes KEY = SecretBytes.copyOf(new byte[32]);

  @Test
  void addressesThatDifferInCaseOnly_haveOneHash() {
    assertThat(IdentityHash.of(KEY, address("Ada@Example.com")))
        .isEqualTo(IdentityHash.of(KEY, address("ada@example.COM")))
        .hasSameHashCodeAs(IdentityHash.of(KEY, address("ada@example.COM")));
  }

  @Test
  void identity_isNotFolded_whereTheMailboxIs() {
    assertThat(IdentityHash.of(KEY, address("a.da+x@gmail.com")))
        .isNotEqualTo(IdentityHash.of(KEY, address("ada@gmail.com")));
    assertThat(IdentityHash.ofMailbox(KEY, address("a.da+x@gmail.com")))
        .isEqualTo(IdentityHash.ofMailbox(KEY, address("ada@gmail.com")));
  }

  @Test
  void identityAndMailbox_neverCoincide() {
    EmailAddress address = address("ada@example.com");

    assertThat(address.identity()).isEqualTo(address.mailbox());
    assertThat(IdentityHash.of(KEY, address)).isNotEqualTo(IdentityHash.ofMailbox(KEY, address));
  }

  @Test
  void anotherKey_givesAnotherHash() {
    byte[] other = new byte[32];
    other[5] = 1;

    assertThat(IdentityHash.of(SecretBytes.copyOf(other), address("ada@example.com")))
        .isNotEqualTo(IdentityHash.of(KEY, address("ada@example.com")));
  }

  @Test
  void storedForm_comesBack_andIsCopied() {
    IdentityHash hash = IdentityHash.of(KEY, address("ada@example.com"));
    byte[] bytes = hash.toBytes();

    assertThat(IdentityHash.fromBytes(bytes)).hasValue(hash);
    assertThat(hash.text()).hasSize(43).isEqualTo(Base64Url.encode(bytes));
    IdentityHash read = IdentityHash.fromBytes(bytes).orElseThrow();
    bytes[0]++;
    hash.toBytes()[1]++;
    assertThat(read).isEqualTo(hash);
    assertThat(IdentityHash.fromBytes(bytes).orElseThrow()).isNotEqualTo(hash);
  }

  @Test
  void fromBytes_ofAnotherLength_isEmpty() {
    assertThat(IdentityHash.fromBytes(new byte[31])).isEmpty();
    assertThat(IdentityHash.fromBytes(new byte[32])).isPresent();
    assertThat(IdentityHash.fromBytes(new byte[33])).isEmpty();
    assertThat(IdentityHash.fromBytes(new byte[0])).isEmpty();
  }

  @Test
  void toString_isShortened() {
    IdentityHash hash = IdentityHash.of(KEY, address("ada@example.com"));

    assertThat(hash).hasToString(hash.text().substring(0, 10) + "…").isNotEqualTo(hash.text());
  }

  private static EmailAddress address(String text) {
    return EmailAddress.parse(text).orElseThrow();
  }
}
