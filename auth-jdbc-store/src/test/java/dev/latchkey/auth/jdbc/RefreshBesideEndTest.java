package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.testkit.Race;
import dev.latchkey.auth.testkit.Thorough;
import dev.latchkey.auth.testkit.traffic.Eventually;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A refresh in its usual course does not wait for the account in PostgreSQL, and tidies up what is
 * over: so it meets who ends all sessions, in the same rows.
 */
final class RefreshBesideEndTest {
  private static final int EXPIRED = 3;
  private static final List<Integer> LIVE = List.of(1, 2);

  private final Queue<SQLException> deadlocks = new ConcurrentLinkedQueue<>();
  private Keyspace keyspace;
  private HikariDataSource pool;

  @BeforeEach
  void start() {
    keyspace = TestDatabase.POSTGRESQL.freshKeyspace();
    pool = LiveStores.patientPool(keyspace.database().url(), 8);
  }

  @AfterEach
  void stop() {
    pool.close();
    keyspace.close();
  }

  /** Keeps each deadlock, also of those that are tried again. */
  private class Watcher implements Watched.Watcher {
    @Override
    public void before(String what) {}

    @Override
    public void failed(SQLException refusal) {
      if (String.valueOf(refusal.getSQLState()).equals("40P01")) {
        deadlocks.add(refusal);
      }
    }
  }

  private JdbcStores stores(Watched.Watcher watcher) {
    return LiveStores.patient(Watched.over(pool, watcher), keyspace.schema());
  }

  /** An account with sessions that are over at the time which is told, and live ones after them. */
  private static Instant prepare(JdbcStores stores, int account) {
    Instant began = stores.clock().instant();
    Instant end = began.plusSeconds(1);
    for (int i = 0; i < EXPIRED; i++) {
      Session expired =
          new Session(
              Sample.session(10 + i),
              Sample.device(10 + i),
              1,
              began,
              began,
              end,
              end,
              "start",
              Optional.empty(),
              Optional.empty());
      stores.sessions().start(Sample.account(account), expired, 9, began);
    }
    for (int live : LIVE) {
      stores.sessions().start(Sample.account(account), Sample.fresh(live, began), 9, began);
    }
    return end.plusSeconds(1);
  }

  private static RotateAnswer refresh(JdbcStores stores, int account, int session, Instant now) {
    return stores
        .sessions()
        .rotate(Sample.account(account), Sample.rotation(session, 1, "call"), now);
  }

  private void assertSignedOut(JdbcStores stores, int account, Instant now) {
    assertThat(stores.sessions().list(Sample.account(account), now)).isEmpty();
    for (int live : LIVE) {
      assertThat(
              stores.sessions().isLive(Sample.account(account), Sample.session(live), "jti", now))
          .isFalse();
      assertThat(refresh(stores, account, live, now)).isNotInstanceOf(RotateAnswer.Rotated.class);
    }
    assertThat(deadlocks).isEmpty();
  }

  @Test
  void refreshes_besideASignOutEverywhere_neverWaitForEachOther_andTheSignOutIsKept() {
    JdbcStores stores = stores(new Watcher());
    for (int round = 1; round <= Thorough.rounds(60, 2_000); round++) {
      int account = round;
      Instant now = prepare(stores, account);

      var answers =
          Race.of(1 + LIVE.size())
              .run(
                  racer -> {
                    if (racer > 0) {
                      return refresh(stores, account, LIVE.get(racer - 1), now)
                          .getClass()
                          .getSimpleName();
                    }
                    stores.sessions().end(Sample.account(account), new EndScope.All(), now);
                    return "ended";
                  });

      assertThat(answers.count("ended")).isEqualTo(1);
      assertSignedOut(stores, account, now);
    }
  }

  /** The same at the worst moment: sessions that are over are deleted, and the live not yet. */
  @Test
  void refresh_inTheMiddleOfASignOutEverywhere_neverWaitsForOneThatWaitsForIt() throws Exception {
    JdbcStores other = stores(new Watcher());
    Instant now = prepare(other, 1);
    AtomicReference<CompletableFuture<RotateAnswer>> refresh = new AtomicReference<>();
    JdbcStores ending =
        stores(
            new Watcher() {
              private int deletes;

              @Override
              public void before(String what) {
                if (what.contains("_sessions") && what.contains("delete from")) {
                  deletes++;
                  if (deletes == EXPIRED + 1) {
                    var begun =
                        CompletableFuture.supplyAsync(
                            () -> refresh(other, 1, LIVE.get(0), now),
                            task -> new Thread(task, "refresh").start());
                    refresh.set(begun);
                    Eventually.within(
                        LiveStores.LONG,
                        "the refresh is done or waits",
                        () -> begun.isDone() || waiting());
                  }
                }
              }
            });

    assertThat(ending.sessions().end(Sample.account(1), new EndScope.All(), now))
        .hasSize(LIVE.size());

    // It came in between, or there would be none.
    assertThat(
            Objects.requireNonNull(refresh.get())
                .get(LiveStores.LONG.toMillis(), TimeUnit.MILLISECONDS))
        .isNotNull();
    assertSignedOut(other, 1, now);
  }

  private boolean waiting() {
    return !new Schema(keyspace.dataSource(), keyspace.schema())
        .firstColumn(
            "select pid from pg_stat_activity where wait_event_type = 'Lock'"
                + " and query like '%' || ? || '.%'")
        .isEmpty();
  }
}
