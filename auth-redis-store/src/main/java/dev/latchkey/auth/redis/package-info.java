/**
 * All stores in Redis or Valkey, 6.2 and later: standalone, behind Sentinel, and Cluster. {@link
 * dev.latchkey.auth.redis.RedisStores} is called by applications; nothing else here is public but
 * what it hands out.
 *
 * <p>One record is one key, and one verb is one call of one script or one plain command: one round
 * trip. The scripts say the transitions of the core again, in Lua; tests that run long random
 * histories through both, and compare every answer, are their licence to do so. A script reads its
 * record, judges it by the caller's time, and writes it back in the same step, so that a promise
 * holds on any number of nodes. Every key but accounts and the key ring expires by itself some time
 * after its record says nothing any more; that collects garbage and decides nothing.
 *
 * <p>The stored format. The first byte or element of a value is the number of its format; a script
 * that meets another one changes nothing and says so, as a {@link
 * dev.latchkey.auth.store.StoreUnavailableException} that is not retryable.
 */
@NullMarked
package dev.latchkey.auth.redis;

import org.jspecify.annotations.NullMarked;
