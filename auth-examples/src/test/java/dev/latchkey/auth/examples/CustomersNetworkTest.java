package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.testkit.FaultyProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A shop's database that says nothing more holds up nobody for ever. */
class CustomersNetworkTest {
  private static final EmailAddress ADA = EmailAddress.parse("ada@example.com").orElseThrow();

  /** Far more than the second that a read may take: what is wrong waits for ever. */
  private static final Duration HANGS = Duration.ofSeconds(60);

  private static TestPostgres server;

  private enum Call {
    SIGN_IN,
    FIND,
    ADMITS;

    Object to(CustomerAccounts accounts) {
      return switch (this) {
        case SIGN_IN -> accounts.signIn(ADA);
        case FIND -> accounts.find(new AccountId("1"));
        case ADMITS -> accounts.admits(ADA);
      };
    }
  }

  /** One connection, after whose next lending the network is silent, if told so. */
  private static final class Pool extends HikariDataSource {
    private final FaultyProxy way;
    private volatile boolean stalls;

    Pool(String url, FaultyProxy way) {
      super(config(url));
      this.way = way;
    }

    private static HikariConfig config(String url) {
      HikariConfig config = new HikariConfig();
      config.setDataSource(Database.parse(url));
      config.setMaximumPoolSize(1);
      config.setConnectionTimeout(TestServer.PATIENCE.toMillis());
      return config;
    }

    @Override
    public Connection getConnection() throws SQLException {
      Connection connection = super.getConnection();
      if (stalls) {
        way.stall();
      }
      return connection;
    }
  }

  @BeforeAll
  static void startDatabase() {
    server = TestPostgres.create();
  }

  @AfterAll
  static void stopDatabase() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void networkThatIsSilent_isUnavailable_andNotWaitedForEver(Call call) throws SQLException {
    String url = server.newDatabase();
    try (FaultyProxy way = FaultyProxy.to("127.0.0.1", server.port());
        Customers customers = Customers.in(url);
        Pool pool = new Pool(url.replace(":" + server.port() + "/", ":" + way.port() + "/"), way)) {
      CustomerAccounts accounts = new CustomerAccounts(pool);
      accounts.signIn(ADA);
      try (Connection connection = pool.getConnection()) {
        assertThat(connection.getNetworkTimeout()).as("put back").isZero();
      }

      pool.stalls = true;
      assertTimeoutPreemptively(
          HANGS,
          () ->
              assertThatExceptionOfType(StoreUnavailableException.class)
                  .isThrownBy(() -> call.to(accounts))
                  .withNoCause());
      pool.stalls = false;
      way.heal();

      assertThat(accounts.signIn(ADA).created()).isFalse();
      assertThat(customers.count()).isEqualTo(1);
    }
  }
}
