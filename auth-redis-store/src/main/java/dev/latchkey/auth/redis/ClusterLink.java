package dev.latchkey.auth.redis;

import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A Cluster: each record is on the primary of its key's slot, which Lettuce finds. */
final class ClusterLink implements Link<StatefulRedisClusterConnection<byte[], byte[]>> {
  private final RedisClusterClient client;
  private final Runnable end;
  private final AtomicBoolean looking = new AtomicBoolean();

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

  /** Lettuce does so by itself where it chooses the server, and not for {@link #serverOf}. */
  @Override
  public void lookAgain() {
    if (looking.compareAndSet(false, true)) {
      client.refreshPartitionsAsync().whenComplete((done, failure) -> looking.set(false));
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
