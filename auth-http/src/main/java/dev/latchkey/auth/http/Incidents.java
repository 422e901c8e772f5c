package dev.latchkey.auth.http;

import dev.latchkey.auth.store.StoreUnavailableException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator of what went wrong inside, under an id that the answer carries too.
 *
 * <p>The message of an exception may quote what it failed on, a code or an address, so the log gets
 * names of exceptions and the places in the code that they came through, never a message.
 */
final class Incidents {
  private static final Logger LOG = LoggerFactory.getLogger(AuthEndpoints.class);
  private static final int MAX_CAUSES = 8;
  private static final int MAX_FRAMES = 64;

  private Incidents() {}

  /** Logs a fault of ours. */
  static UUID fault(RuntimeException fault) {
    UUID incident = UUID.randomUUID();
    if (LOG.isErrorEnabled()) {
      LOG.error("incident {}{}", incident, trace(fault));
    }
    return incident;
  }

  /** Logs that a store was out of reach. */
  static UUID outage(StoreUnavailableException outage) {
    UUID incident = UUID.randomUUID();
    if (LOG.isWarnEnabled()) {
      LOG.warn(
          "incident {}: store unavailable during {}, retryable {}{}",
          incident,
          outage.operation(),
          outage.retryable(),
          trace(outage));
    }
    return incident;
  }

  /** Where it happened, and what it was called. */
  static String trace(Throwable fault) {
    StringBuilder text = new StringBuilder();
    Throwable cause = fault;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      text.append(depth == 0 ? ": " : "\ncaused by ").append(cause.getClass().getName());
      StackTraceElement[] frames = cause.getStackTrace();
      for (int i = 0; i < Math.min(MAX_FRAMES, frames.length); i++) {
        text.append("\n\tat ").append(frames[i]);
      }
      cause = cause.getCause();
    }
    return text.toString();
  }
}
