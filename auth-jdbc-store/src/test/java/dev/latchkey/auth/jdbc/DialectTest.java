package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.reflect.Proxy;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DialectTest {
  /** What a driver says of its database. */
  private static DatabaseMetaData saying(String product, String version) {
    return (DatabaseMetaData)
        Proxy.newProxyInstance(
            DialectTest.class.getClassLoader(),
            new Class<?>[] {DatabaseMetaData.class},
            (proxy, method, arguments) ->
                method.getName().equals("getDatabaseProductName") ? product : version);
  }

  @ParameterizedTest
  @EnumSource
  void of_aDatabase_isItsOwn(TestDatabase database) throws SQLException {
    try (var connection = database.patient().getConnection()) {
      assertThat(Dialect.of(connection.getMetaData())).isEqualTo(database.dialect());
    }
  }

  @Test
  void of_aName_isReadInAnyCase() throws SQLException {
    assertThat(Dialect.of(saying("POSTGRESQL", "18.0"))).isSameAs(Dialect.POSTGRESQL);
    assertThat(Dialect.of(saying("MariaDB", "11.4.5"))).isSameAs(Dialect.MARIADB);
  }

  @Test
  void of_mariadbThroughADriverThatSaysMysql_isMariadb() throws SQLException {
    assertThat(Dialect.of(saying("MySQL", "5.5.5-10.11.6-MariaDB-log"))).isSameAs(Dialect.MARIADB);
    assertThat(Dialect.of(saying("MySQL", "8.0.36"))).isSameAs(Dialect.MYSQL);
  }

  @Test
  void of_anotherProduct_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Dialect.of(saying("Oracle", "23")))
        .withMessage("the database must be PostgreSQL, MariaDB, MySQL or H2, got oracle");
  }

  @Test
  void aConflict_isToldByItsStateOrByItsCode() {
    for (String state : new String[] {"40001", "40P01", "55P03"}) {
      assertThat(Dialect.POSTGRESQL.isConflict(new SQLException("", state))).isTrue();
    }
    for (String state : new String[] {"23505", "40003", "08006", "57014"}) {
      assertThat(Dialect.POSTGRESQL.isConflict(new SQLException("", state))).as(state).isFalse();
    }
    assertThat(Dialect.MARIADB.isConflict(new SQLException("", "HY000", 1205))).isTrue();
    assertThat(Dialect.MARIADB.isConflict(new SQLException("", "HY000", 1020))).isTrue();
    assertThat(Dialect.MYSQL.isConflict(new SQLException("", "40001", 1213))).isTrue();
    assertThat(Dialect.H2.isConflict(new SQLException("", "HYT00", 50_200))).isTrue();
    assertThat(Dialect.H2.isConflict(new SQLException())).isFalse();
  }
}
