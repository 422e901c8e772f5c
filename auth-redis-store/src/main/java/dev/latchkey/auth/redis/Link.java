package dev.latchkey.auth.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletableFuture;

/**
 * How to reach a kind of deployment: what differs between one server, with Sentinel or without, and
 * a Cluster. Safe for concurrent use.
 *
 * @param <C> the type of its connections
 */
interface Link<C extends StatefulConnection<byte[], byte[]>> {
  /** Opens a connection; blocks until it is there or throws. */
  C connect();

  /** Commands that find the server of their key by themselves. */
  RedisClusterAsyncCommands<byte[], byte[]> commands(C connection);

  /**
   * Commands on the very connection that writes to the server of a key, so that they follow each
   * other there. A key that has just moved is refused by that server.
   */
  CompletableFuture<RedisClusterAsyncCommands<byte[], byte[]>> serverOf(C connection, byte[] key);

  /**
   * What this knows of the servers seems wrong: one is not there, or no longer has a key. Returns
   * at once; what is found is known a moment later.
   */
  void lookAgain();

  /** A name of the server of a key, as far as it is known; all the same for a single one. */
  String nameOfServer(C connection, byte[] key);

  /** Whether keys of several records may be on several servers. */
  boolean isCluster();

  /** Ends what was made for this link, and nothing that the host brought. */
  void close();
}
