package dev.latchkey.auth.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A host's connections, of which a test is told what is about to be done on them, and what has
 * failed there: so that trouble comes at a place of the test's choice.
 */
final class Watched {
  /** A commit, beside the statements. */
  static final String COMMIT = "commit";

  private final Watcher watcher;

  /** What a test does about it. */
  interface Watcher {
    /**
     * Told on the thread of the call, which goes on when this returns.
     *
     * @param what the statement, in lower case, or {@link #COMMIT}
     * @throws SQLException to fail in its stead
     */
    void before(String what) throws SQLException;

    /** Told how long the driver may wait for the server from now on. */
    default void limited(int millis) {}

    /** Told what the driver has thrown. */
    default void failed(SQLException refusal) {}
  }

  private Watched(Watcher watcher) {
    this.watcher = watcher;
  }

  static DataSource over(DataSource real, Watcher watcher) {
    return new Watched(watcher).proxy(DataSource.class, real);
  }

  private <T> T proxy(Class<T> type, T real) {
    InvocationHandler handler =
        (proxy, method, arguments) ->
            call(real, method, arguments == null ? new Object[0] : arguments);
    return type.cast(
        Proxy.newProxyInstance(Watched.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private @Nullable Object call(Object real, Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("prepareStatement")) {
      watcher.before(((String) arguments[0]).toLowerCase(Locale.ROOT));
    } else if (method.getName().equals(COMMIT)) {
      watcher.before(COMMIT);
    } else if (method.getName().equals("setNetworkTimeout")) {
      watcher.limited((Integer) arguments[1]);
    }
    try {
      Object answer = method.invoke(real, arguments);
      if (answer instanceof PreparedStatement statement) {
        return proxy(PreparedStatement.class, statement);
      }
      return answer instanceof Connection connection ? proxy(Connection.class, connection) : answer;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SQLException refusal) {
        watcher.failed(refusal);
      }
      throw Objects.requireNonNull(e.getCause());
    }
  }
}
