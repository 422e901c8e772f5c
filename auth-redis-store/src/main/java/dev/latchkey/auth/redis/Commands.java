package dev.latchkey.auth.redis;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One round trip each. Throws {@link dev.latchkey.auth.store.StoreUnavailableException} within the
 * deadline, when nobody knows what happened as when nothing did. A call that was reported as failed
 * has no effect after its deadline, and none is sent twice. Safe for concurrent use.
 */
interface Commands {
  /**
   * Runs a script on the server of its keys.
   *
   * @param verb for the exception, such as {@code otp.guess}
   * @param script what to run
   * @param keys without the host's prefix; one, or several of one hash tag
   * @param args as UTF-8
   * @return what it answered
   */
  Reply run(String verb, Script script, List<String> keys, String... args);

  /**
   * Runs a script whose arguments are bytes.
   *
   * @param verb for the exception
   * @param script what to run
   * @param keys without the host's prefix; one, or several of one hash tag
   * @param args as they are
   * @return what it answered
   */
  Reply run(String verb, Script script, List<String> keys, List<byte[]> args);

  /**
   * Runs a script that changes nothing, once for each of several keys wherever they are, all at the
   * same time.
   *
   * @param verb for the exception
   * @param script what to run
   * @param keys without the host's prefix; one for each run
   * @param args of the run for a key, as UTF-8
   * @return what was answered for each key, in their order
   */
  List<Reply> readEach(
      String verb, Script script, List<String> keys, Function<String, List<String>> args);

  /**
   * The value of a key.
   *
   * @param verb for the exception
   * @param key without the host's prefix
   * @return the bytes; empty if there is no such key
   */
  Optional<byte[]> get(String verb, String key);

  /**
   * The first bytes of a value.
   *
   * @param verb for the exception
   * @param key without the host's prefix
   * @param length how many at most
   * @return the bytes; none if there is no such key
   */
  byte[] head(String verb, String key, int length);

  /**
   * The time of a server.
   *
   * @param verb for the exception
   * @return by its own clock
   */
  Instant time(String verb);

  /**
   * What a server tells of itself.
   *
   * @param verb for the exception
   * @param section such as {@code memory}
   * @return lines of {@code name:value}
   */
  String info(String verb, String section);

  /** Whether keys without a common hash tag may be on several servers. */
  boolean isCluster();
}
