package dev.latchkey.auth.cas;

import dev.latchkey.auth.crypto.Base64Url;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads the fields of a record, and believes nothing. Whatever is wrong is an unchecked exception,
 * which {@link Codec} translates. Not for several threads.
 */
final class RecordReader {
  static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
  static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private final ByteBuffer in;

  RecordReader(byte[] bytes) {
    this.in = ByteBuffer.wrap(bytes);
  }

  boolean isAtEnd() {
    return !in.hasRemaining();
  }

  int octet() {
    return Byte.toUnsignedInt(in.get());
  }

  long number() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = octet();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number is too long");
  }

  long signed() {
    long value = number();
    return (value >>> 1) ^ -(value & 1);
  }

  int count() {
    long value = number();
    // Everything that is counted takes a byte at least, so that no count makes room for nothing.
    if (value < 0 || value > in.remaining()) {
      throw new IllegalArgumentException("a length is past the end");
    }
    return (int) value;
  }

  boolean flag() {
    int value = octet();
    if (value > 1) {
      throw new IllegalArgumentException("a flag is neither 0 nor 1");
    }
    return value == 1;
  }

  Instant time() {
    long seconds = signed();
    long nanos = number();
    if (seconds < FIRST.getEpochSecond()
        || seconds > LAST.getEpochSecond()
        || nanos < 0
        || nanos > 999_999_999) {
      throw new IllegalArgumentException("a time is out of bounds");
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }

  byte[] bytes() {
    return exactly(count());
  }

  private byte[] exactly(int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  String base64(int length) {
    return Base64Url.encode(exactly(length));
  }

  String text() {
    int length = count();
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      long next = number();
      if (next < 0 || next > Character.MAX_VALUE) {
        throw new IllegalArgumentException("a text holds what is no char");
      }
      text.append((char) next);
    }
    return text.toString();
  }

  <T> List<T> list(Supplier<T> item) {
    int length = count();
    List<T> items = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      items.add(item.get());
    }
    return items;
  }

  <T> Optional<T> optional(Supplier<T> read) {
    return flag() ? Optional.of(read.get()) : Optional.empty();
  }
}
