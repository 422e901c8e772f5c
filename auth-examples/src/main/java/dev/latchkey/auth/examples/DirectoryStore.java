package dev.latchkey.auth.examples;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.latchkey.auth.cas.CasBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * All of Latchkey's stores in a plain directory: one file a record, its version in front. To be
 * read, copied and changed; {@code CasStores.over(new DirectoryStore(path), clock)} is all it
 * takes.
 *
 * <p>Right across threads and processes of one machine, on a local file system of a Unix: a reader
 * sees one whole version or the other, and writers of one key take turns. Survives the process, not
 * a loss of power: that would want each file forced to the disk. Drops nothing, so that versions
 * count from 1; who wants to drop what has expired does so under the same lock, and then takes
 * versions that never come back.
 */
public final class DirectoryStore implements CasBackend {
  /** A lock of a file holds off other processes only; these hold off the threads of this one. */
  private static final Lock[] LOCKS =
      Stream.generate(ReentrantLock::new).limit(64).toArray(Lock[]::new);

  private final Path directory;

  /** Keeps everything below a directory, which need not be there yet. */
  public DirectoryStore(Path directory) {
    this.directory = directory;
  }

  @Override
  public Optional<Versioned> read(String key) {
    try {
      byte[] file = Files.readAllBytes(directory.resolve(key));
      byte[] bytes = Arrays.copyOfRange(file, Long.BYTES, file.length);
      return Optional.of(new Versioned(ByteBuffer.wrap(file).getLong(), bytes));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean replace(String key, long expectedVersion, byte[] bytes, Instant expiresAt) {
    int number = Math.floorMod(key.hashCode(), LOCKS.length);
    Path file = directory.resolve(key);
    LOCKS[number].lock();
    try {
      Files.createDirectories(file.getParent());
      try (FileChannel turn = FileChannel.open(directory.resolve("lock" + number), CREATE, WRITE)) {
        turn.lock();
        if (read(key).map(Versioned::version).orElse(0L) != expectedVersion) {
          return false;
        }
        ByteBuffer record = ByteBuffer.allocate(Long.BYTES + bytes.length);
        Path whole = Files.createTempFile(directory, "new", null);
        Files.write(whole, record.putLong(expectedVersion + 1).put(bytes).array());
        Files.move(whole, file, ATOMIC_MOVE);
        return true;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      LOCKS[number].unlock();
    }
  }
}
