package dev.latchkey.auth.jdbc;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Objects;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Lends the connections of another source, and lets a test act on the way. */
final class TappedSource implements DataSource {
  private final DataSource source;
  private final Tap tap;

  /** What a test does on the way; what it throws is what the caller gets. */
  interface Tap {
    /** Before a connection is lent. */
    default void asked() throws SQLException {}

    /** As a connection is lent. */
    default void lent(Connection connection) throws SQLException {}

    /** Before a statement is prepared, or executed if it never is prepared. */
    default void said(String sql) throws SQLException {}

    /** Before what was done is committed. */
    default void committing() throws SQLException {}

    /** Before a connection goes back. */
    default void returning(Connection connection) throws SQLException {}
  }

  TappedSource(DataSource source, Tap tap) {
    this.source = source;
    this.tap = tap;
  }

  @Override
  public Connection getConnection() throws SQLException {
    tap.asked();
    Connection connection = source.getConnection();
    tap.lent(connection);
    return proxy(
        Connection.class,
        (proxy, method, arguments) -> {
          switch (method.getName()) {
            case "prepareStatement" ->
                tap.said(String.valueOf(Objects.requireNonNull(arguments)[0]));
            case "commit" -> tap.committing();
            case "close" -> tap.returning(connection);
            case "createStatement" -> {
              return statement((Statement) invoked(method, connection, arguments));
            }
            default -> {}
          }
          return invoked(method, connection, arguments);
        });
  }

  private Statement statement(Statement statement) {
    return proxy(
        Statement.class,
        (proxy, method, arguments) -> {
          if (method.getName().startsWith("execute") && arguments != null) {
            tap.said(String.valueOf(arguments[0]));
          }
          return invoked(method, statement, arguments);
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            TappedSource.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static Object invoked(
      Method method, Object target, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw Objects.requireNonNull(e.getCause());
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return source.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    source.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    source.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return source.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return source.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return source.isWrapperFor(type);
  }
}
