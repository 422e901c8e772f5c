package dev.latchkey.auth.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** A started server, the connections that all tests share, and the keyspaces on it. */
final class SharedServer {
  /** All keyspaces share them; the servers allow 200 in all. */
  private static final int CONNECTIONS = 32;

  private static final AtomicLong NAMES = new AtomicLong();

  private final Queue<Keyspace> idle = new ConcurrentLinkedQueue<>();
  private final Queue<String> schemas = new ConcurrentLinkedQueue<>();
  private final String url;
  private final HikariDataSource patient;

  SharedServer(String url) {
    this.url = url;
    this.patient = DatabaseNode.pool(url, CONNECTIONS, DatabaseNode.PATIENCE);
  }

  String url() {
    return url;
  }

  DataSource patient() {
    return patient;
  }

  /** What was given back, if anything. */
  Queue<Keyspace> idle() {
    return idle;
  }

  String freshSchema() {
    String name = "test_%d_%d".formatted(ProcessHandle.current().pid(), NAMES.incrementAndGet());
    execute("create schema " + name);
    schemas.add(name);
    return name;
  }

  void execute(String... statements) {
    try (Connection connection = patient.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** For a server that goes on after the tests. */
  SharedServer droppedAtTheEnd() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::dropAll));
    return this;
  }

  private void dropAll() {
    patient.close();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (String schema : schemas) {
        statement.execute("drop schema if exists " + schema + " cascade");
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
