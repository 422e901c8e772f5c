package dev.latchkey.auth.event;

/**
 * Hears of every event. Implemented by applications.
 *
 * <p>Runs on the caller's thread, before the call returns, so it must be quick and safe for
 * concurrent use. What it throws is logged and goes no further.
 */
@FunctionalInterface
public interface AuthEventListener {
  /**
   * Something happened.
   *
   * @param event what
   */
  void on(AuthEvent event);

  /**
   * A listener that writes each event to the SLF4J logger {@code dev.latchkey.auth.audit}: what an
   * operator should look at as a warning, the use of tokens and everything else as information.
   *
   * @return the listener
   */
  static AuthEventListener logging() {
    return new LoggingListener();
  }
}
