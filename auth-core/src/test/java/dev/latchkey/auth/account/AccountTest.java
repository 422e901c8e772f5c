package dev.latchkey.auth.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AccountTest {

  private static final AccountId ID = new AccountId("7f1c");
  private static final EmailAddress ADA = EmailAddress.parse("ada@example.com").orElseThrow();

  @Test
  void roles_areAnImmutableCopy_inTheOrderOfTheirNames() {
    Set<Role> given =
        new HashSet<>(Set.of(new Role("viewer"), new Role("maker"), new Role("Admin")));
    Account account = new Account(ID, ADA, given);
    given.clear();

    assertThat(account.roles())
        .containsExactly(new Role("Admin"), new Role("maker"), new Role("viewer"));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> account.roles().clear());
  }

  @Test
  void roles_mayBe64_andNot65() {
    assertThat(new Account(ID, ADA, roles(64)).roles()).hasSize(64);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Account(ID, ADA, roles(65)))
        .withMessage("account must have at most 64 roles, got 65");
  }

  @Test
  void toString_doesNotShowTheAddress() {
    Account account = new Account(ID, ADA, Set.of());

    assertThat(new SignInAccount(account, true).toString())
        .contains("7f1c", "a***@example.com")
        .doesNotContain("ada");
  }

  @Test
  void accountId_of128VisibleCharacters_isAccepted_and129AreRefused() {
    assertThat(new AccountId("!".repeat(64) + "~".repeat(64)).value()).hasSize(128);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AccountId("a".repeat(129)))
        .withMessage("account id must have 1 to 128 characters, got 129");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\u0000", "a\r\n", "a\u007f", "\u00e4", "\ud800", "a\t"})
  void accountId_ofAnythingElse_isRefused(String value) {
    assertThatIllegalArgumentException().isThrownBy(() -> new AccountId(value));
  }

  @Test
  void role_of64Characters_isAccepted_and65AreRefused() {
    assertThat(new Role("A:b_c.d-9" + "x".repeat(55)).name()).hasSize(64);
    assertThatIllegalArgumentException().isThrownBy(() -> new Role("a".repeat(65)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\n", "a,b", "a\"", "\u0131", "\u0661", "a/b"})
  void role_ofAnythingElse_isRefused_withoutAnEcho(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Role(name))
        .withMessage(
            "role must be 1 to 64 of A-Z a-z 0-9 _ . : -, got " + name.length() + " characters");
  }

  private static Set<Role> roles(int n) {
    return IntStream.range(0, n).mapToObj(i -> new Role("r" + i)).collect(Collectors.toSet());
  }
}
