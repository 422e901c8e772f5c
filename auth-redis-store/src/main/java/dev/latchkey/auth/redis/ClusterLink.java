package dev.latchkey.auth.redis;

import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** A Cluster: each record is on the primary of its key's slot, which Lettuce finds. */
final class ClusterLink implements Link<StatefulRedisClusterConnection<byte[], byte[]>> {
  /** A replica needs more than that to take over, and many calls fail at once. */
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private final RedisClusterClient client;
  private final Runnable end;
  private final AtomicLong lookedAt = new AtomicLong(System.nanoTime());

  /**
   * Over a client.
   *
   * @param client that knows where to connect
   * @param end what is to be shut down with this link; nothing of the host's
   */
  ClusterLink(RedisClusterClient client, Runnable end) {
    this.client = client;
    this.end = end;
  }

  @Override
  public StatefulRedisClusterConnection<byte[], byte[]> connect() {
    // Who connects again does so because servers went: the map of slots may be an old one.
    client.refreshPartitions();
    return client.connect(ByteArrayCodec.INSTANCE);
  }

  @Override
  public RedisClusterAsyncCommands<byte[], byte[]> commands(
      StatefulRedisClusterConnection<byte[], byte[]> connection) {
    return connection.async();
  }

  @Override
  public CompletableFuture<RedisClusterAsyncCommands<byte[], byte[]>> serverOf(
      StatefulRedisClusterConnection<byte[], byte[]> connection, byte[] key) {
    return connection
        .getConnectionAsync(nameOfServer(connection, key))
        .thenApply(node -> node.async());
  }

  /**
   * Lettuce does so too, by signs of its own; but not for {@link #serverOf}, and not always while a
   * replica is about to take over.
   */
  @Override
  public void lookAgain() {
    long last = lookedAt.get();
    long now = System.nanoTime();
    if (now - last >= BETWEEN_LOOKS.toNanos() && lookedAt.compareAndSet(last, now)) {
      try {
        var unused = client.refreshPartitionsAsync();
      } catch (RuntimeException e) {
        // Such as of a client that was shut down: the call that led here tells of its own trouble.
      }
    }
  }

  @Override
  public String nameOfServer(
      StatefulRedisClusterConnection<byte[], byte[]> connection, byte[] key) {
    RedisClusterNode node = connection.getPartitions().getPartitionBySlot(SlotHash.getSlot(key));
    return node == null ? "" : node.getNodeId();
  }

  @Override
  public boolean isCluster() {
    return true;
  }

  @Override
  public void close() {
    end.run();
  }
}
