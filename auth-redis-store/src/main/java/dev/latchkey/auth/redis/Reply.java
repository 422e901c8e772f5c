package dev.latchkey.auth.redis;

import dev.latchkey.auth.store.StoreUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a script answered: integers, texts, bytes, and lists of these. An answer of another form
 * than the one asked for is a {@link StoreUnavailableException} that is not retryable: another
 * release's script, or no Redis at all. Immutable.
 */
final class Reply {
  private final String verb;
  private final List<?> items;

  private Reply(String verb, List<?> items) {
    this.verb = verb;
    this.items = items;
  }

  /** An answer that is no list is read as a list of one. */
  static Reply of(String verb, @Nullable Object answer) {
    if (answer == null) {
      return new Reply(verb, List.of());
    }
    return new Reply(verb, answer instanceof List<?> list ? list : List.of(answer));
  }

  int size() {
    return items.size();
  }

  long number(int at) {
    return item(at, Long.class);
  }

  int count(int at) {
    try {
      return Math.toIntExact(number(at));
    } catch (ArithmeticException e) {
      throw unknown();
    }
  }

  boolean flag(int at) {
    return number(at) == 1;
  }

  byte[] bytes(int at) {
    return item(at, byte[].class);
  }

  String text(int at) {
    return new String(bytes(at), StandardCharsets.UTF_8);
  }

  /** Milliseconds since the epoch. */
  Instant time(int at) {
    return Instant.ofEpochMilli(number(at));
  }

  Reply list(int at) {
    return new Reply(verb, item(at, List.class));
  }

  List<Reply> lists() {
    return items.stream().map(item -> new Reply(verb, as(item, List.class))).toList();
  }

  List<String> texts() {
    return items.stream()
        .map(item -> new String(as(item, byte[].class), StandardCharsets.UTF_8))
        .toList();
  }

  /** To be thrown for an answer that no release of this script gives. */
  StoreUnavailableException unknown() {
    return new StoreUnavailableException(verb, false, null);
  }

  private <T> T item(int at, Class<T> type) {
    if (at >= items.size()) {
      throw unknown();
    }
    return as(items.get(at), type);
  }

  private <T> T as(@Nullable Object item, Class<T> type) {
    if (!type.isInstance(item)) {
      throw unknown();
    }
    return type.cast(item);
  }
}
