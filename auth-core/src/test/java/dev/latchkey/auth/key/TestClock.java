package dev.latchkey.auth.key;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until it is moved, in either direction. */
public final class TestClock extends Clock {

  public static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);

  @Override
  public Instant instant() {
    return Objects.requireNonNull(now.get());
  }

  public void move(Duration by) {
    now.updateAndGet(time -> time.plus(by));
  }

  public void set(Instant time) {
    now.set(time);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("the tests need no zone");
  }
}
