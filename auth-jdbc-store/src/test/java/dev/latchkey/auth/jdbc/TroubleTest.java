package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.store.StoreUnavailableException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TroubleTest {
  private static StoreUnavailableException refused(String state) {
    return Trouble.of(new SQLException("s3cret", state), Dialect.POSTGRESQL).during("otp.guess");
  }

  @Test
  void whatPassesByItself_canBeTriedAgain() {
    for (String state :
        List.of("08006", "08001", "40001", "40P01", "55P03", "53300", "57014", "57P01", "25006")) {
      assertThat(refused(state).retryable()).as(state).isTrue();
    }
    assertThat(Trouble.late().during("otp.guess").retryable()).isTrue();
    assertThat(Trouble.clock().during("otp.guess").retryable()).isTrue();
  }

  @Test
  void whatSomebodyMustActUpon_canNot() {
    for (String state :
        List.of("42P01", "42501", "42S02", "42000", "22001", "22P02", "23502", "23505", "28P01")) {
      assertThat(refused(state).retryable()).as(state).isFalse();
    }
  }

  /** H2 makes one row of two that come at once, and says 23505 to the other. */
  @Test
  void whatAnotherTransactionDid_canBeTriedAgain_whateverItsClass() {
    Trouble both = Trouble.of(new SQLException("", "23505", 23_505), Dialect.H2);

    assertThat(both.isConflict()).isTrue();
    assertThat(both.during("otp.guess").retryable()).isTrue();
  }

  /** H2 has states of its own for what is not there. */
  @Test
  void aSchemaThatIsNotThere_isForSomebodyToSeeTo() {
    assertThat(
            Trouble.of(new SQLException("", "90079", 90_079), Dialect.H2)
                .during("otp.guess")
                .retryable())
        .isFalse();
    assertThat(refused("3F000").retryable()).isFalse();
    assertThat(refused("3D000").retryable()).isFalse();
  }

  @Test
  void whatDriversAndPoolsSay_goesNoFurther() {
    SQLException driver = new SQLException("s3cret", "42P01", 7);
    SQLException pool = new SQLTransientConnectionException("s3cret", "s3cret", 3, driver);
    List<StoreUnavailableException> all =
        List.of(
            Trouble.of(driver, Dialect.POSTGRESQL).during("otp.guess"),
            Trouble.of(new IllegalStateException("s3cret"), Dialect.POSTGRESQL).during("otp.guess"),
            Trouble.unconnected(pool).during("otp.guess"),
            Trouble.unconnected(new IllegalStateException("s3cret", pool)).during("otp.guess"),
            Trouble.unconnected(new IllegalStateException("s3cret")).during("otp.guess"));

    for (StoreUnavailableException told : all) {
      assertThat(Told.by(told)).doesNotContain("s3cret");
    }
    assertThat(Told.by(all.get(0))).contains("refused with SQLException 42P01 7");
    assertThat(Told.by(all.get(2))).contains("no connection: SQLTransientConnectionException  3");
  }
}
