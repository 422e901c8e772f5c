package dev.latchkey.auth.session;

import dev.latchkey.auth.store.Transition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The live sessions of one account and its ended tokens, and the only statement of the rules about
 * them. Called by store authors: a store keeps one record for each account and runs these
 * transitions on it atomically.
 *
 * <p>Guarantees: a token is live if its session is in the record and the token is not among the
 * ended ones; neither its text nor its age decides. So whatever ends a session ends all tokens of
 * it, also one that is being signed at that moment. An older refresh token of a live session, shown
 * by the session's own device, is the proof that two hold it, and ends all sessions in the same
 * transition. No history of tokens is kept.
 *
 * <p>Bounds: as many sessions as {@code start} is told, and the ended tokens of at most {@value
 * #MAX_ENDED_TOKENS}; past that all sessions end instead. Immutable.
 *
 * @param sessions the sessions, in the order in which they began
 * @param endedTokens the {@code jti} of each access token that was ended alone, and until when it
 *     is remembered
 */
public record AccountSessions(List<Session> sessions, Map<String, Instant> endedTokens) {
  /** The record of an account that never signed in. */
  public static final AccountSessions EMPTY = new AccountSessions(List.of(), Map.of());

  /** Single tokens are rarely ended; the bound keeps a record small whatever a host does. */
  public static final int MAX_ENDED_TOKENS = 1_000;

  /**
   * Copies both.
   *
   * @param sessions the sessions
   * @param endedTokens the {@code jti} of each access token that was ended alone
   */
  public AccountSessions {
    sessions = List.copyOf(sessions);
    endedTokens = Map.copyOf(endedTokens);
  }

  /**
   * Begins a session. Beginning the same one again changes nothing.
   *
   * @param session the session
   * @param max how many an account may have, 1 or more; the oldest go
   * @param now the time of the sign-in
   * @return the record afterwards and the sessions that had to go
   */
  public Transition<AccountSessions, Set<SessionId>> start(Session session, int max, Instant now) {
    if (max < 1) {
      throw new IllegalArgumentException("max must be 1 or more, got " + max);
    }
    if (sessions.stream().anyMatch(known -> known.id().equals(session.id()))) {
      return new Transition<>(this, Set.of());
    }
    List<Session> live = new ArrayList<>(kept(now).toList());
    live.add(session);
    List<Session> newest = live.subList(Math.max(0, live.size() - max), live.size());
    Set<SessionId> gone = ids(live.subList(0, live.size() - newest.size()));
    return new Transition<>(with(newest, now), gone);
  }

  /**
   * Makes the successor of a refresh token.
   *
   * <p>Judged in this order: session, device, generation. The direct parent of the newest token
   * gets that same token again within the retry window, and the very same call does so always.
   *
   * @param rotation the refresh
   * @param now the time of the refresh
   * @return the record afterwards and the answer
   */
  public Transition<AccountSessions, RotateAnswer> rotate(Rotation rotation, Instant now) {
    Optional<Session> found = find(rotation.session(), now);
    if (found.isEmpty()) {
      return new Transition<>(this, new RotateAnswer.NotLive());
    }
    Session session = found.get();
    if (!rotation.device().equals(Optional.of(session.device()))) {
      return new Transition<>(this, new RotateAnswer.WrongDevice(session));
    }
    if (rotation.generation() == session.generation()) {
      Session next = session.rotated(rotation.call(), rotation.idle(), now);
      List<Session> others = kept(now).map(s -> s.id().equals(next.id()) ? next : s).toList();
      return new Transition<>(with(others, now), new RotateAnswer.Rotated(next, false));
    }
    if (rotation.generation() > session.generation()) {
      List<Session> others = kept(now).filter(s -> !s.id().equals(session.id())).toList();
      return new Transition<>(with(others, now), new RotateAnswer.Ahead());
    }
    boolean parent = rotation.generation() == session.generation() - 1;
    boolean sameCall = rotation.call().equals(session.lastCall());
    if (parent && (sameCall || session.rotatedWithin(rotation.retryWindow(), now))) {
      return new Transition<>(this, new RotateAnswer.Rotated(session, true));
    }
    return new Transition<>(with(List.of(), now), new RotateAnswer.Reused(ids(kept(now).toList())));
  }

  /**
   * Ends sessions or a token. Ending what has ended changes nothing.
   *
   * @param scope what to end
   * @param now the time
   * @return the record afterwards, and the sessions that were live and now are ended
   */
  public Transition<AccountSessions, Set<SessionId>> end(EndScope scope, Instant now) {
    if (scope instanceof EndScope.One one) {
      return endIf(session -> session.id().equals(one.id()), now);
    }
    if (scope instanceof EndScope.Others others) {
      boolean asks = isKept(others.keep(), now);
      return endIf(session -> asks && !session.id().equals(others.keep()), now);
    }
    if (scope instanceof EndScope.AllBy all) {
      boolean asks = isKept(all.by(), now);
      return endIf(session -> asks, now);
    }
    if (scope instanceof EndScope.Token token) {
      return endToken(token, now);
    }
    return endIf(session -> true, now);
  }

  private Transition<AccountSessions, Set<SessionId>> endIf(Predicate<Session> ends, Instant now) {
    List<Session> ended = kept(now).filter(ends).toList();
    if (ended.isEmpty()) {
      return new Transition<>(this, Set.of());
    }
    return new Transition<>(with(kept(now).filter(ends.negate()).toList(), now), ids(ended));
  }

  private Transition<AccountSessions, Set<SessionId>> endToken(EndScope.Token token, Instant now) {
    Map<String, Instant> tokens = new HashMap<>(remembered(now));
    // The later end: ending a token again, from a node with less leeway, forgets it no sooner.
    tokens.merge(
        token.tokenId(), token.until(), (known, until) -> until.isAfter(known) ? until : known);
    if (tokens.size() > MAX_ENDED_TOKENS) {
      // Never forgets a token that is still good: it ends everything instead.
      return endIf(session -> true, now);
    }
    return new Transition<>(new AccountSessions(kept(now).toList(), tokens), Set.of());
  }

  /**
   * Whether an access token counts. Changes nothing.
   *
   * @param session the session of the token
   * @param tokenId the {@code jti} of the token
   * @param now the time of the call
   * @return whether its session is live and the token itself not ended
   */
  public boolean isLive(SessionId session, String tokenId, Instant now) {
    return find(session, now).isPresent() && !endedTokens.containsKey(tokenId);
  }

  /**
   * The sessions that have not reached their end. Changes nothing.
   *
   * @param now the time
   * @return the sessions, the newest first
   */
  public List<Session> list(Instant now) {
    return kept(now).sorted(Comparator.comparing(Session::createdAt).reversed()).toList();
  }

  /**
   * From when on the record says no more than {@link #EMPTY} does, so that a store may drop it.
   *
   * @return the end of the last thing that it holds
   */
  public Instant expiresAt() {
    return Stream.concat(sessions.stream().map(Session::endsAt), endedTokens.values().stream())
        .max(Comparator.naturalOrder())
        .orElse(Instant.EPOCH);
  }

  private Optional<Session> find(SessionId id, Instant now) {
    return sessions.stream().filter(s -> s.id().equals(id) && s.isLive(now)).findFirst();
  }

  /** What has not reached its end, a session from a clock that is ahead included. */
  private Stream<Session> kept(Instant now) {
    return sessions.stream().filter(session -> now.isBefore(session.endsAt()));
  }

  private boolean isKept(SessionId id, Instant now) {
    return kept(now).anyMatch(session -> session.id().equals(id));
  }

  private Map<String, Instant> remembered(Instant now) {
    return endedTokens.entrySet().stream()
        .filter(entry -> now.isBefore(entry.getValue()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private AccountSessions with(List<Session> changed, Instant now) {
    return new AccountSessions(changed, remembered(now));
  }

  private static Set<SessionId> ids(List<Session> ended) {
    return ended.stream().map(Session::id).collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
