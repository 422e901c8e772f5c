package dev.latchkey.auth.examples;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.testkit.AccountDirectoryContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

class CustomerAccountsTest extends AccountDirectoryContract<CustomerAccounts> {
  private static TestPostgres database;
  private final Customers customers = empty();

  @BeforeAll
  static void startDatabase() {
    database = TestPostgres.create();
  }

  @AfterAll
  static void stopDatabase() {
    database.close();
  }

  private static Customers empty() {
    return Customers.in(database.newDatabase());
  }

  @AfterEach
  void close() {
    customers.close();
  }

  @Override
  protected CustomerAccounts emptyDirectory() {
    return new CustomerAccounts(customers.pool());
  }

  @Override
  protected void bar(CustomerAccounts directory, EmailAddress address) {
    customers.disable(address.identity());
  }
}
