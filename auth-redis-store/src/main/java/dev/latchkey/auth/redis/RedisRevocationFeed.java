package dev.latchkey.auth.redis;

import dev.latchkey.auth.session.Ended;
import dev.latchkey.auth.session.RevocationFeed;
import dev.latchkey.auth.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What ended, read from the streams of all buckets: one round trip on a single node, and one for
 * all buckets together on Cluster.
 *
 * <p>A position names, for each stream, the history of writes that its server went on with, and the
 * entry that was read last, if any. While both are there nothing was missed. A server that took
 * over, or came back, goes on with another history, and may have lost the last of what it had
 * acknowledged: of streams and of records alike. An entry of a history that the server does not
 * name is told apart by its id, see {@code revocations.lua}. If a stream has a gap, all are read
 * from their beginning.
 */
final class RedisRevocationFeed implements RevocationFeed {
  /** More than an access token of any policy can outlive its session: an hour, and 2 min 2 s. */
  static final Duration RETENTION = Duration.ofMinutes(65);

  /**
   * How long an entry is there at least: longer than it matters by more than clocks differ, so that
   * a position which is not that old is never trimmed away.
   */
  static final Duration KEPT = RETENTION.plusMinutes(10);

  private static final String VERB = "feed.read";
  private static final Script READ = Script.of("revocations_read");
  private static final List<String> STREAMS = Bucket.all().map(Bucket::stream).toList();
  private static final List<String> BEGINNING = Collections.nCopies(Bucket.COUNT, "");

  private static final Pattern IN_STREAM =
      Pattern.compile("[0-9a-f]{0,16}:([0-9]{1,19}-[0-9]{1,19})?");

  private final Commands commands;

  RedisRevocationFeed(Commands commands) {
    this.commands = commands;
  }

  @Override
  public Revocations read(Position from) {
    if (from.equals(Position.START)) {
      return told(streams(BEGINNING), false);
    }
    List<String> positions = List.of(from.value().split(",", -1));
    if (isPlain(positions)) {
      List<Reply> streams = streams(positions);
      if (streams.stream().allMatch(stream -> !stream.flag(2))) {
        return told(streams, false);
      }
    }
    return told(streams(BEGINNING), true);
  }

  @Override
  public Duration retention() {
    return RETENTION;
  }

  /**
   * For each stream the position behind its newest entry, the entries, and whether there is a gap.
   */
  private List<Reply> streams(List<String> positions) {
    String kept = Long.toString(KEPT.toMillis());
    if (commands.isCluster()) {
      Function<String, List<String>> args =
          stream -> List.of(kept, positions.get(STREAMS.indexOf(stream)));
      return commands.readEach(VERB, READ, STREAMS, args).stream()
          .map(reply -> reply.list(0))
          .toList();
    }
    String[] args = Stream.concat(Stream.of(kept), positions.stream()).toArray(String[]::new);
    return commands.run(VERB, READ, STREAMS, args).lists();
  }

  private static boolean isPlain(List<String> positions) {
    return positions.size() == Bucket.COUNT
        && positions.stream().allMatch(position -> IN_STREAM.matcher(position).matches());
  }

  private static Revocations told(List<Reply> streams, boolean restarted) {
    List<Ended> ended =
        streams.stream()
            .flatMap(stream -> stream.list(1).lists().stream())
            .map(RedisRevocationFeed::ended)
            .toList();
    String next = streams.stream().map(stream -> stream.text(0)).collect(Collectors.joining(","));
    return new Revocations(ended, new Position(next), restarted);
  }

  private static Ended ended(Reply entry) {
    Reply fields = entry.list(1);
    try {
      return switch (fields.text(0)) {
        case "token" -> new Ended.Token(fields.text(1), time(fields.text(3)));
        case "sessions" -> sessions(entry.text(0), fields.text(1));
        default -> throw entry.unknown();
      };
    } catch (IllegalArgumentException e) {
      // No release writes such an entry. To leave it out would be to miss an end.
      throw entry.unknown();
    }
  }

  private static Ended sessions(String entry, String names) {
    Set<SessionId> ids =
        Stream.of(names.split(" ")).map(SessionId::new).collect(Collectors.toSet());
    return new Ended.Sessions(ids, time(entry.substring(0, entry.indexOf('-'))).plus(RETENTION));
  }

  private static Instant time(String millis) {
    return Instant.ofEpochMilli(Long.parseLong(millis));
  }
}
