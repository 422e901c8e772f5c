package dev.latchkey.auth.event;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes events as they are: they hold nothing that may not be logged. */
final class LoggingListener implements AuthEventListener {
  private static final Logger AUDIT = LoggerFactory.getLogger("dev.latchkey.auth.audit");

  @Override
  public void on(AuthEvent event) {
    if (event.isAlarming()) {
      AUDIT.warn("{} {}", event.name(), event);
    } else {
      AUDIT.info("{} {}", event.name(), event);
    }
  }
}
