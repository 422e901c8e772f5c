package dev.latchkey.auth.redis;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
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
   * Runs a script that changes nothing and has no arguments.
   *
   * @param verb for the exception
   * @param script what to run
   * @param key without the host's prefix
   * @return what it answered
   */
  default Reply read(String verb, Script script, String key) {
    return readEach(verb, script, List.of(key), none -> List.of()).get(0);
  }

  /**
   * The time of a server.
   *
   * @param verb for the exception
   * @return by its own clock
   */
  Instant time(String verb);

  /** The server's time without a round trip; asked anew as soon as a call was refused for it. */
  Clock clock();

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
