package dev.latchkey.auth.cas;

import dev.latchkey.auth.crypto.Base64Url;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes the fields of a record, see the description of the package. Not for several threads. */
final class RecordWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  byte[] toBytes() {
    return out.toByteArray();
  }

  void octet(int value) {
    out.write(value);
  }

  /** A number that is not negative; any other is read as the unsigned number of its bits. */
  void number(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  void signed(long value) {
    number((value << 1) ^ (value >> 63));
  }

  void flag(boolean value) {
    octet(value ? 1 : 0);
  }

  void time(Instant time) {
    if (time.isBefore(RecordReader.FIRST) || time.isAfter(RecordReader.LAST)) {
      throw new IllegalArgumentException("time must lie in the years 0 to 9999");
    }
    signed(time.getEpochSecond());
    number(time.getNano());
  }

  void bytes(byte[] bytes) {
    number(bytes.length);
    out.writeBytes(bytes);
  }

  /** Text that is base64url of a fixed number of bytes, as these bytes. */
  void base64(String text) {
    out.writeBytes(Base64Url.decode(text).orElseThrow());
  }

  /** Any text, char by char, so that none is changed on its way. */
  void text(String text) {
    number(text.length());
    text.chars().forEach(this::number);
  }

  <T> void list(Collection<T> items, Consumer<T> item) {
    number(items.size());
    items.forEach(item);
  }

  <T> void optional(Optional<T> value, Consumer<T> write) {
    flag(value.isPresent());
    value.ifPresent(write);
  }
}
