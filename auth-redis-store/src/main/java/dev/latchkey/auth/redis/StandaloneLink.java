package dev.latchkey.auth.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.util.concurrent.CompletableFuture;

/** One primary; where Sentinel watches it, Lettuce asks Sentinel anew at every connect. */
final class StandaloneLink implements Link<StatefulRedisConnection<byte[], byte[]>> {
  private final RedisClient client;
  private final Runnable end;

  /**
   * Over a client.
   *
   * @param client that knows where to connect
   * @param end what is to be shut down with this link; nothing of the host's
   */
  StandaloneLink(RedisClient client, Runnable end) {
    this.client = client;
    this.end = end;
  }

  @Override
  public StatefulRedisConnection<byte[], byte[]> connect() {
    return client.connect(ByteArrayCodec.INSTANCE);
  }

  @Override
  public RedisClusterAsyncCommands<byte[], byte[]> commands(
      StatefulRedisConnection<byte[], byte[]> connection) {
    return connection.async();
  }

  @Override
  public CompletableFuture<RedisClusterAsyncCommands<byte[], byte[]>> serverOf(
      StatefulRedisConnection<byte[], byte[]> connection, byte[] key) {
    return CompletableFuture.completedFuture(connection.async());
  }

  @Override
  public void lookAgain() {
    // Who follows a lost primary is asked at each connect.
  }

  @Override
  public String nameOfServer(StatefulRedisConnection<byte[], byte[]> connection, byte[] key) {
    return "primary";
  }

  @Override
  public boolean isCluster() {
    return false;
  }

  @Override
  public void close() {
    end.run();
  }
}
