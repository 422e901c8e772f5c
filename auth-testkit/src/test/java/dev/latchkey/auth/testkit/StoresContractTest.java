package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.ContractRun.failuresOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.memory.InMemoryStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Whoever extends the contract of a bundle has extended all there are. */
class StoresContractTest {
  private static final Path KIT =
      Path.of("src", "main", "java", "dev", "latchkey", "auth", "testkit");

  /** The contracts that the parts of this one are, and the parts of those. */
  private static Stream<String> contractsIn(Class<?> contract) {
    return Stream.of(contract.getDeclaredClasses())
        .filter(part -> part.isAnnotationPresent(Nested.class))
        .<Class<?>>map(Class::getSuperclass)
        .filter(part -> part != Object.class)
        .flatMap(part -> Stream.concat(Stream.of(part.getSimpleName()), contractsIn(part)));
  }

  /** A feed is something that a store may have: its contract is a class of its own. */
  @Test
  void bundle_holdsEachContractOfTheKit_butThatOfAFeed() throws IOException {
    Set<String> held =
        Stream.concat(
                contractsIn(StoresContract.class), contractsIn(StoresAndAccountsContract.class))
            .collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(KIT)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith("Contract.java"))
          .filteredOn(name -> !name.startsWith("Stores"))
          .extracting(name -> name.replace(".java", ""))
          .filteredOn(name -> !name.equals("RevocationFeedContract"))
          .hasSizeGreaterThan(8)
          .containsExactlyInAnyOrderElementsOf(held);
    }
  }

  @Test
  void bundle_withADefectInOneOfItsStores_fails() {
    assertThat(failuresOf(ForgetsSessions.class, StoresContract.Sessions.class)).isNotEmpty();
    assertThat(failuresOf(ForgetsSessions.class, StoresContract.Keys.class)).isEmpty();
  }

  @Test
  void bundle_whereABarredAddressIsAdmitted_fails() {
    assertThat(failuresOf(BarsNobody.class, StoresAndAccountsContract.Accounts.class)).isNotEmpty();
  }

  static final class ForgetsSessions extends StoresContract<AuthStores> {
    @Override
    protected AuthStores stores(Clock clock) {
      return WrappedStores.of(
          InMemoryStores.create(clock),
          (verb, arguments, call) -> verb.equals("session.start") ? Set.of() : call.make());
    }
  }

  static final class BarsNobody extends StoresAndAccountsContract<InMemoryStores> {
    @Override
    protected InMemoryStores stores(Clock clock) {
      return InMemoryStores.create(clock);
    }

    @Override
    protected void bar(InMemoryStores stores, EmailAddress address) {}
  }
}
