package dev.latchkey.auth.cas;

import java.nio.BufferUnderflowException;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * How one kind of record is written as bytes.
 *
 * @param <R> the type of the record
 */
final class Codec<R> {
  private static final int VERSION_BITS = 4;
  private static final int VERSION_MASK = (1 << VERSION_BITS) - 1;

  private final String kind;
  private final int format;
  private final BiConsumer<RecordWriter, R> write;
  private final Function<RecordReader, R> read;

  /**
   * A kind with one version.
   *
   * @param kind what keys of this kind begin with
   * @param number of the kind, 1 to 15; never used again for another
   * @param version of the format, 1 to 15
   */
  Codec(
      String kind,
      int number,
      int version,
      BiConsumer<RecordWriter, R> write,
      Function<RecordReader, R> read) {
    this.kind = kind;
    this.format = number << VERSION_BITS | version;
    this.write = write;
    this.read = read;
  }

  String kind() {
    return kind;
  }

  byte[] encode(R record) {
    RecordWriter out = new RecordWriter();
    out.octet(format);
    write.accept(out, record);
    return out.toBytes();
  }

  R decode(byte[] bytes) {
    RecordReader in = new RecordReader(bytes);
    if (in.isAtEnd()) {
      throw new UnreadableRecordException(kind, "no bytes");
    }
    int found = in.octet();
    if (found >> VERSION_BITS != format >> VERSION_BITS) {
      throw new UnreadableRecordException(kind, "another kind");
    }
    if (found != format) {
      throw new UnreadableRecordException(
          kind, "unknown version " + (found & VERSION_MASK) + " of the format");
    }
    R record = fields(in);
    if (!in.isAtEnd()) {
      throw new UnreadableRecordException(kind, "bytes after the end");
    }
    // What does not come out again as it came in was not written by this code.
    if (!Arrays.equals(encode(record), bytes)) {
      throw new UnreadableRecordException(kind, "another spelling");
    }
    return record;
  }

  private R fields(RecordReader in) {
    try {
      return read.apply(in);
    } catch (BufferUnderflowException e) {
      throw new UnreadableRecordException(kind, "ends too early");
    } catch (RuntimeException e) {
      // Which bound of the record is broken is left out, cause and all: it could tell a value.
      throw new UnreadableRecordException(kind, "a field is out of bounds");
    }
  }
}
