package dev.latchkey.auth.key;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Joins fields so that two different lists of fields are never the same bytes. */
final class AssociatedData {

  private AssociatedData() {}

  /** Each part is preceded by its length in 4 bytes, big-endian. */
  static byte[] of(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length = Math.addExact(length, Integer.BYTES + part.length);
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      out.putInt(part.length).put(part);
    }
    return out.array();
  }

  static byte[] text(String value) {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }
}
