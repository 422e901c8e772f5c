package dev.latchkey.auth.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.mapper.ColumnMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * How columns hold times: in whole milliseconds, rounded down, whatever the time zones of this
 * machine, of the session and of the server are.
 */
enum Times {
  /** With a zone, which is UTC. */
  ZONED(Types.TIMESTAMP_WITH_TIMEZONE) {
    @Override
    Object toColumn(Instant time) {
      return time.atOffset(ZoneOffset.UTC);
    }

    @Override
    @Nullable Instant fromColumn(ResultSet row, int column) throws SQLException {
      OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
      return time == null ? null : time.toInstant();
    }
  },

  /** Without a zone, meant as UTC. */
  LOCAL_UTC(Types.TIMESTAMP) {
    @Override
    Object toColumn(Instant time) {
      return LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    }

    @Override
    @Nullable Instant fromColumn(ResultSet row, int column) throws SQLException {
      LocalDateTime time = row.getObject(column, LocalDateTime.class);
      return time == null ? null : time.toInstant(ZoneOffset.UTC);
    }
  };

  /** What every database can hold. What is further away is as good as never, or as always. */
  static final Instant FIRST = Instant.parse("1000-01-01T00:00:00Z");

  static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

  private final int sqlType;

  Times(int sqlType) {
    this.sqlType = sqlType;
  }

  abstract Object toColumn(Instant time);

  abstract @Nullable Instant fromColumn(ResultSet row, int column) throws SQLException;

  /** As a column would give it back. */
  static Instant kept(Instant time) {
    if (time.isBefore(FIRST)) {
      return FIRST;
    }
    return time.isAfter(LAST) ? LAST : time.truncatedTo(ChronoUnit.MILLIS);
  }

  /** Writes instants as arguments. */
  AbstractArgumentFactory<Instant> arguments() {
    return new AbstractArgumentFactory<>(sqlType) {
      @Override
      protected Argument build(Instant time, ConfigRegistry config) {
        Object column = toColumn(kept(time));
        return (position, statement, context) -> statement.setObject(position, column);
      }
    };
  }

  /** Reads columns as instants. */
  ColumnMapper<Instant> columns() {
    return new ColumnMapper<>() {
      @Override
      public @Nullable Instant map(ResultSet row, int column, StatementContext context)
          throws SQLException {
        return fromColumn(row, column);
      }
    };
  }
}
