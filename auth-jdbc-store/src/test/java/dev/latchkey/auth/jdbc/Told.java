package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.store.StoreUnavailableException;
import java.io.PrintWriter;
import java.io.StringWriter;

/** What a caller is told of a failure. */
final class Told {
  private Told() {}

  /** All that can be logged of an exception: its causes, and what was suppressed. */
  static String by(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** The failure that a call must end in. */
  static StoreUnavailableException failure(Runnable call) {
    try {
      call.run();
    } catch (StoreUnavailableException e) {
      return e;
    }
    throw new AssertionError("must have thrown");
  }
}
