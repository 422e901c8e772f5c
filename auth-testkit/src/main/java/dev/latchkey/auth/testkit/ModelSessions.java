package dev.latchkey.auth.testkit;

import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Every session there ever was of one account, every state that it had, and all that was ended. */
final class ModelSessions implements Model<ModelSessions> {
  private final List<List<Session>> all = new ArrayList<>();
  private final Set<SessionId> ended = new HashSet<>();
  private final Set<String> endedTokens = new HashSet<>();

  @Override
  public ModelSessions copy() {
    ModelSessions copy = new ModelSessions();
    all.forEach(states -> copy.all.add(new ArrayList<>(states)));
    copy.ended.addAll(ended);
    copy.endedTokens.addAll(endedTokens);
    return copy;
  }

  @Override
  public Object state() {
    return List.of(
        all.stream().map(List::copyOf).toList(), Set.copyOf(ended), Set.copyOf(endedTokens));
  }

  private static Session newest(List<Session> states) {
    return states.get(states.size() - 1);
  }

  private List<List<Session>> kept(Instant now) {
    return all.stream()
        .filter(states -> !ended.contains(newest(states).id()))
        .filter(states -> now.isBefore(newest(states).endsAt()))
        .toList();
  }

  private Set<SessionId> end(List<List<Session>> which) {
    Set<SessionId> gone =
        which.stream().map(states -> newest(states).id()).collect(Collectors.toSet());
    ended.addAll(gone);
    return gone;
  }

  Set<SessionId> start(Session session, int max, Instant now) {
    if (all.stream().anyMatch(states -> newest(states).id().equals(session.id()))) {
      return Set.of();
    }
    all.add(new ArrayList<>(List.of(session)));
    List<List<Session>> kept = kept(now);
    return end(kept.subList(0, Math.max(0, kept.size() - max)));
  }

  RotateAnswer rotate(Rotation rotation, Instant now) {
    Optional<List<Session>> found =
        kept(now).stream()
            .filter(states -> newest(states).id().equals(rotation.session()))
            .filter(states -> newest(states).isLive(now))
            .findFirst();
    if (found.isEmpty()) {
      return new RotateAnswer.NotLive();
    }
    Session session = newest(found.get());
    Optional<DeviceId> device = rotation.device();
    if (device.isEmpty() || !device.get().equals(session.device())) {
      return new RotateAnswer.WrongDevice(session);
    }
    if (rotation.generation() > session.generation()) {
      ended.add(session.id());
      return new RotateAnswer.Ahead();
    }
    if (rotation.generation() == session.generation()) {
      Session next =
          new Session(
              session.id(),
              session.device(),
              session.generation() + 1,
              session.createdAt(),
              now,
              now.plus(rotation.idle()),
              session.expiresAt(),
              rotation.call(),
              session.ip(),
              session.userAgent());
      found.get().add(next);
      return new RotateAnswer.Rotated(next, false);
    }
    boolean parent = rotation.generation() + 1 == session.generation();
    boolean inTime =
        !rotation.retryWindow().isZero()
            && now.isBefore(session.lastUsedAt().plus(rotation.retryWindow()))
            && !now.plus(Session.MAX_SKEW).isBefore(session.lastUsedAt());
    if (parent && (inTime || session.lastCall().equals(rotation.call()))) {
      return new RotateAnswer.Rotated(session, true);
    }
    return new RotateAnswer.Reused(end(kept(now)));
  }

  Set<SessionId> end(EndScope scope, Instant now) {
    if (scope instanceof EndScope.Token token) {
      endedTokens.add(token.tokenId());
      return Set.of();
    }
    if (scope instanceof EndScope.One one) {
      return end(
          kept(now).stream().filter(states -> newest(states).id().equals(one.id())).toList());
    }
    Optional<SessionId> asks = Optional.empty();
    if (scope instanceof EndScope.Others others) {
      asks = Optional.of(others.keep());
    } else if (scope instanceof EndScope.AllBy by) {
      asks = Optional.of(by.by());
    }
    if (asks.isPresent()) {
      SessionId who = asks.get();
      if (kept(now).stream().noneMatch(states -> newest(states).id().equals(who))) {
        return Set.of();
      }
    }
    Optional<SessionId> keep =
        scope instanceof EndScope.Others ? asks : Optional.<SessionId>empty();
    return end(
        kept(now).stream()
            .filter(states -> !keep.equals(Optional.of(newest(states).id())))
            .toList());
  }

  boolean isLive(SessionId session, String tokenId, Instant now) {
    return !endedTokens.contains(tokenId)
        && kept(now).stream()
            .anyMatch(states -> newest(states).id().equals(session) && newest(states).isLive(now));
  }

  Set<Session> list(Instant now) {
    return kept(now).stream().map(ModelSessions::newest).collect(Collectors.toSet());
  }
}
