package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.session.Ended;
import dev.latchkey.auth.session.RevocationFeed;
import dev.latchkey.auth.session.SessionId;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

/**
 * What ended, read from a table that it is written to in the transaction that ends.
 *
 * <p>Numbers are given before a transaction commits, so that a lower one can appear after a higher.
 * Each entry therefore says by when its transaction had committed, or never did: a read takes all
 * above the highest number that was read before, and all that had not settled then. So what commits
 * late is missed by none, and only the entries of the last seconds are read twice. The times
 * compared are the server's own, and the numbers serve where its clock is stepped.
 *
 * <p>A position names the highest entry that was read. The newest entry is never purged; if the one
 * of a position is gone though it should be there, the database is not the one that was read: a
 * backup, or a replica that took over without the last writes. Then all is read from the beginning.
 */
final class JdbcRevocationFeed implements RevocationFeed {
  /** More than an access token of any policy can outlive its session: an hour, and 2 min 2 s. */
  static final Duration RETENTION = Duration.ofMinutes(65);

  private static final String VERB = "feed.read";

  /** Entries of one statement, so that no read holds much at once. */
  static final int PAGE = 5_000;

  /** The number of the highest entry, until when it is kept, when it was read, and its name. */
  private static final Pattern POSITION =
      Pattern.compile("(\\d{1,18}),(-?\\d{1,15}),(-?\\d{1,15}),(.{0,512})", Pattern.DOTALL);

  private final Database database;
  private final Times times;

  JdbcRevocationFeed(Database database, Times times) {
    this.database = database;
    this.times = times;
  }

  @Override
  public Revocations read(Position from) {
    Instant now = database.single(VERB, tx -> tx.query("time").mapTo(Instant.class).one());
    if (from.equals(Position.START)) {
      return all(now, false);
    }
    Optional<Place> known = Place.of(from);
    return known.isPresent() ? readOn(known.get(), now) : all(now, true);
  }

  private Revocations readOn(Place from, Instant now) {
    List<Entry> entries = pages("feed_read", from.id() - 1, from);
    boolean missesNothing = from.id() == 0 || entries.stream().anyMatch(from::isOf);
    if (!missesNothing) {
      // Purged, if its time is over; whatever it could not tell of is then over as well.
      return all(now, now.isBefore(from.until()));
    }
    entries.removeIf(from::isOf);
    entries.addAll(pages("feed_read_late", 0, from));
    return answer(entries, from.after(entries, now), false);
  }

  private Revocations all(Instant now, boolean restarted) {
    List<Entry> entries = pages("feed_read", 0, Place.BEGINNING);
    return answer(entries, Place.BEGINNING.after(entries, now), restarted);
  }

  private static Revocations answer(List<Entry> entries, Place next, boolean restarted) {
    List<Ended> ended = entries.stream().map(Entry::ended).toList();
    return new Revocations(ended, next.position(), restarted);
  }

  /** Page after page; what ends meanwhile is in one of them, or has not settled yet. */
  private List<Entry> pages(String statement, long after, Place from) {
    List<Entry> all = new ArrayList<>();
    long cursor = after;
    while (true) {
      long last = cursor;
      List<Entry> page = database.single(VERB, tx -> page(tx.query(statement), last, from));
      all.addAll(page);
      if (page.size() < PAGE) {
        return all;
      }
      cursor = page.get(page.size() - 1).id();
    }
  }

  private List<Entry> page(Query read, long after, Place from) {
    return read.bind("after", after)
        .bind("from", from.id())
        .bind("readAt", from.readAt())
        .bind("page", PAGE)
        .map((row, context) -> entry(row.getLong("id"), new Columns(row, times)))
        .list();
  }

  private static Entry entry(long id, Columns row) throws SQLException {
    String name = Texts.told(row.text("name"));
    Instant until = row.time("keep_until");
    Ended ended = row.read("revocations", it -> Kind.valueOf(it.text("kind")).ended(name, until));
    return new Entry(id, name, until, ended);
  }

  @Override
  public Duration retention() {
    return RETENTION;
  }

  private enum Kind {
    SESSION,
    TOKEN;

    Ended ended(String name, Instant until) {
      return this == TOKEN
          ? new Ended.Token(name, until)
          : new Ended.Sessions(Set.of(new SessionId(name)), until);
    }
  }

  /** Writes what ended, in the transaction that ends it. */
  static void tell(Transaction tx, List<Ended> all) throws Trouble, SQLException {
    PreparedBatch batch = tx.batch("feed_insert");
    for (Ended ended : all) {
      if (ended instanceof Ended.Sessions sessions) {
        for (SessionId id : sessions.ids()) {
          add(batch, Kind.SESSION, id.value(), sessions.until(), tx.settledBy());
        }
      } else if (ended instanceof Ended.Token token) {
        add(batch, Kind.TOKEN, token.tokenId(), token.until(), tx.settledBy());
      }
    }
    batch.execute();
  }

  private static void add(
      PreparedBatch batch, Kind kind, String name, Instant until, Instant settledBy) {
    batch
        .bind("kind", kind.name())
        .bind("name", Texts.kept(name))
        .bind("keepUntil", until)
        .bind("settledAt", settledBy)
        .add();
  }

  /**
   * An entry as it is kept.
   *
   * @param id its number
   * @param name its name
   * @param until from when on it need not be told
   * @param ended what ended
   */
  private record Entry(long id, String name, Instant until, Ended ended) {}

  /**
   * How far a reader has come.
   *
   * @param id the highest number it has read, 0 if there was none
   * @param name the name of that entry
   * @param until until when that entry is kept
   * @param readAt the server's time before it was read
   */
  private record Place(long id, String name, Instant until, Instant readAt) {
    static final Place BEGINNING = new Place(0, "", Instant.EPOCH, Times.FIRST);

    static Optional<Place> of(Position position) {
      Matcher parts = POSITION.matcher(position.value());
      return parts.matches()
          ? Optional.of(
              new Place(
                  Long.parseLong(parts.group(1)),
                  parts.group(4),
                  Instant.ofEpochMilli(Long.parseLong(parts.group(2))),
                  Instant.ofEpochMilli(Long.parseLong(parts.group(3)))))
          : Optional.empty();
    }

    boolean isOf(Entry entry) {
      return entry.id() == id && entry.name().equals(name);
    }

    Place after(List<Entry> entries, Instant now) {
      Place last = new Place(id, name, until, now);
      for (Entry entry : entries) {
        last =
            entry.id() > last.id ? new Place(entry.id(), entry.name(), entry.until(), now) : last;
      }
      return last;
    }

    Position position() {
      return new Position(
          "%d,%d,%d,%s".formatted(id, until.toEpochMilli(), readAt.toEpochMilli(), name));
    }
  }
}
