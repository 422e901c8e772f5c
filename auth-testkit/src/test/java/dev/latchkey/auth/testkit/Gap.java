package dev.latchkey.auth.testkit;

import java.util.concurrent.Exchanger;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The time between a read and a write that belong together and are apart: two callers wait here for
 * each other, so that both have read before either writes. Who is alone goes on after a moment.
 */
final class Gap {
  private static final long MOMENT_MILLIS = 5;

  private final Exchanger<Boolean> other = new Exchanger<>();

  void cross() {
    try {
      other.exchange(true, MOMENT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // Nobody else is here.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
