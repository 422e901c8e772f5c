package dev.latchkey.auth.redis;

import dev.latchkey.auth.session.Ended;
import dev.latchkey.auth.session.RevocationFeed;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What ended, read from the streams of all buckets: one round trip on a single node, and one for
 * all buckets together on Cluster. More than {@value #PAGE} entries take a round trip for each so
 * many, of which each has the whole deadline.
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

  /** Entries of one answer, so that no read keeps a server from its other callers for long. */
  static final int PAGE = 5_000;

  private static final String VERB = "feed.read";
  private static final Script READ = Script.of("revocations_read");
  private static final List<String> STREAMS = Bucket.all().map(Bucket::stream).toList();
  private static final List<String> BEGINNING = Collections.nCopies(Bucket.COUNT, "");

  private static final Pattern IN_STREAM =
      Pattern.compile("([0-9a-f]{0,16}:([0-9]{1,19}-[0-9]{1,19})?)?");

  private final Commands commands;

  RedisRevocationFeed(Commands commands) {
    this.commands = commands;
  }

  @Override
  public Revocations read(Position from) {
    boolean begins = from.equals(Position.START);
    List<String> positions = begins ? BEGINNING : List.of(from.value().split(",", -1));
    if (isKnown(positions)) {
      Optional<Revocations> answer = readOn(positions, false);
      if (answer.isPresent()) {
        return answer.get();
      }
    }
    // Another gap while all is read is a server that goes on with another history once more.
    return readOn(BEGINNING, !begins)
        .orElseThrow(() -> new StoreUnavailableException(VERB, true, null));
  }

  /**
   * Reads page after page until there is no more; what ends meanwhile is there or in the next read.
   *
   * @return empty if something may be missing
   */
  private Optional<Revocations> readOn(List<String> from, boolean restarted) {
    List<Ended> ended = new ArrayList<>();
    List<String> positions = from;
    boolean more = true;
    while (more) {
      List<Reply> streams = page(positions);
      if (streams.stream().anyMatch(stream -> stream.flag(2))) {
        return Optional.empty();
      }
      streams.stream()
          .flatMap(stream -> stream.list(1).lists().stream())
          .map(RedisRevocationFeed::ended)
          .forEach(ended::add);
      positions = streams.stream().map(stream -> stream.text(0)).toList();
      more = streams.stream().anyMatch(stream -> stream.flag(3));
    }
    return Optional.of(
        new Revocations(ended, new Position(String.join(",", positions)), restarted));
  }

  @Override
  public Duration retention() {
    return RETENTION;
  }

  /**
   * For each stream the position, the entries, whether there is a gap, and whether there is more.
   */
  private List<Reply> page(List<String> positions) {
    Stream<String> limits = Stream.of(Long.toString(KEPT.toMillis()), Integer.toString(PAGE));
    if (commands.isCluster()) {
      List<String> first = limits.toList();
      Function<String, List<String>> args =
          stream -> List.of(first.get(0), first.get(1), positions.get(STREAMS.indexOf(stream)));
      return commands.readEach(VERB, READ, STREAMS, args).stream()
          .map(reply -> reply.list(0))
          .toList();
    }
    String[] args = Stream.concat(limits, positions.stream()).toArray(String[]::new);
    return commands.run(VERB, READ, STREAMS, args).lists();
  }

  private static boolean isKnown(List<String> positions) {
    return positions.size() == Bucket.COUNT
        && positions.stream().allMatch(position -> IN_STREAM.matcher(position).matches());
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
