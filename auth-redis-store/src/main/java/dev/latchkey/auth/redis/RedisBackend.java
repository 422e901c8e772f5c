package dev.latchkey.auth.redis;

import dev.latchkey.auth.cas.CasBackend;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Records that are kept for ever and seldom change, as bytes: a value is one byte of format, eight
 * of version, and the record. They never expire, so versions count from 1.
 */
final class RedisBackend implements CasBackend {
  private static final Script READ = Script.of("record_read");
  private static final Script REPLACE = Script.of("record_replace");
  private static final byte FORMAT = 1;
  private static final int HEAD = 1 + Long.BYTES;

  private final Commands commands;
  private final String prefix;

  /**
   * Over the values of some keys.
   *
   * @param commands how to ask
   * @param prefix what stands in their names in place of the kind
   */
  RedisBackend(Commands commands, String prefix) {
    this.commands = commands;
    this.prefix = prefix;
  }

  @Override
  public Optional<Versioned> read(String key) {
    Reply found = commands.read("record.read", READ, name(key));
    return found.size() == 0 ? Optional.empty() : Optional.of(versioned(found.bytes(0)));
  }

  private static Versioned versioned(byte[] value) {
    if (value.length < HEAD || value[0] != FORMAT) {
      throw new StoreUnavailableException("record.read", false, null);
    }
    long version = ByteBuffer.wrap(value, 1, Long.BYTES).getLong();
    return new Versioned(version, Arrays.copyOfRange(value, HEAD, value.length));
  }

  @Override
  public boolean replace(String key, long expectedVersion, byte[] bytes, Instant expiresAt) {
    byte[] before = expectedVersion == 0 ? new byte[0] : value(expectedVersion, new byte[0]);
    byte[] after = value(expectedVersion + 1, bytes);
    return commands
        .run("record.replace", REPLACE, List.of(name(key)), List.of(before, after))
        .flag(0);
  }

  private static byte[] value(long version, byte[] bytes) {
    return ByteBuffer.allocate(HEAD + bytes.length).put(FORMAT).putLong(version).put(bytes).array();
  }

  private String name(String key) {
    return prefix + key.substring(key.indexOf('/') + 1);
  }
}
