package dev.latchkey.auth.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateDecision.Admitted;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.ratelimit.RateLimitStore.Request;
import dev.latchkey.auth.ratelimit.RateLog;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Surge;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.store.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The logs of three subjects and a surge, told to a store and to the pure functions. */
final class RateLimitComparison {
  private final RateLimitStore store;
  private final Draw draw;
  private final Answers answers;
  private final List<Subject> subjects;
  private final Map<Subject, RateLog> logs = new HashMap<>();
  private final List<Reservation> given = new ArrayList<>();
  private final List<Instant> edges = new ArrayList<>();
  private List<Quota> quotas;
  private Thresholds thresholds;
  private Surge surge = Surge.NONE;
  private Instant now;
  private int step;

  RateLimitComparison(RateLimitStore store, long seed, Answers answers) {
    this.store = store;
    this.draw = new Draw(seed);
    this.answers = answers;
    String name = draw.account().value();
    this.subjects = IntStream.range(0, 3).mapToObj(i -> new Subject("history", name + i)).toList();
    this.quotas = quotas();
    this.thresholds = thresholds();
    this.now = Draw.START;
  }

  void run(int steps) {
    for (step = 1; step <= steps; step++) {
      now = draw.next(now, edges);
      if (draw.oneIn(80)) {
        quotas = quotas();
        thresholds = thresholds();
      }
      step();
    }
  }

  private List<Quota> quotas() {
    boolean large = draw.oneIn(3);
    return Stream.generate(() -> quota(large || draw.oneIn(3))).limit(draw.between(1, 3)).toList();
  }

  /** The same windows with less room: a log can then hold more than there is room for. */
  private List<Quota> stricter() {
    return quotas.stream()
        .map(quota -> Quota.of(Math.max(1, quota.limit() - draw.below(20)), quota.period()))
        .toList();
  }

  /** Small ones that refuse often, and large ones that are counted in sub-windows. */
  private Quota quota(boolean large) {
    int limit = large ? draw.between(120, 200) : draw.between(1, 12);
    return Quota.of(limit, draw.upTo(Duration.ofHours(30)));
  }

  private Thresholds thresholds() {
    int on = draw.between(1, 12);
    return new Thresholds(
        draw.upTo(Duration.ofMinutes(20)),
        on,
        draw.between(Math.max(1, on - 2), on),
        draw.upTo(Duration.ofMinutes(20)));
  }

  private void step() {
    Subject subject = draw.from(subjects);
    switch (draw.below(14)) {
      case 0, 1 -> {
        if (!given.isEmpty()) {
          Reservation back = draw.from(given);
          store.refund(back);
          logs.put(back.subject(), log(back.subject()).refund(back.stamp()));
        }
      }
      case 2, 3, 4 -> {
        Transition<Surge, Instant> expected = surge.observe(thresholds, now);
        compare("observe", expected.answer(), store.observe(subjects.get(0), thresholds, now));
        surge = expected.record();
        edge(surge.onUntil());
      }
      case 5 -> compare("surgeUntil", surge.onUntil(), store.surgeUntil(subjects.get(0)));
      case 6 -> acquireAll();
      case 7 -> {
        // As many as fill a large quota, all over its sub-windows.
        Duration between = quotas.get(0).period().dividedBy(RateLog.SLOTS);
        for (int i = draw.oneIn(8) ? draw.between(50, 250) : 0; i > 0; i--) {
          now = now.plusMillis(draw.below((int) between.toMillis() + 1));
          acquire(subject);
        }
      }
      default -> acquire(subject);
    }
  }

  private void acquire(Subject subject) {
    List<Quota> asked = draw.oneIn(6) ? stricter() : quotas;
    Transition<RateLog, RateDecision> expected = log(subject).admit(asked, now);
    compare("acquire", expected.answer(), store.acquire(subject, asked, now));
    answers.saw("acquire", expected.answer());
    keep(subject, expected);
  }

  /** All or none: what was admitted before a refusal is kept by nobody. */
  private void acquireAll() {
    List<RateDecision> expected = new ArrayList<>();
    List<Transition<RateLog, RateDecision>> kept = new ArrayList<>();
    List<Request> requests = subjects.stream().map(who -> new Request(who, quotas)).toList();
    for (Subject subject : subjects) {
      Transition<RateLog, RateDecision> done = log(subject).admit(quotas, now);
      expected.add(done.answer());
      kept.add(done);
      if (!(done.answer() instanceof Admitted)) {
        break;
      }
    }
    compare("acquireAll", expected, store.acquireAll(requests, now));
    answers.saw("acquireAll", expected.get(expected.size() - 1));
    if (expected.stream().allMatch(Admitted.class::isInstance)) {
      for (int i = 0; i < kept.size(); i++) {
        keep(subjects.get(i), kept.get(i));
      }
    }
  }

  private void compare(String verb, Object expected, Object answer) {
    assertThat(answer).as("step %d, %s", step, verb).isEqualTo(expected);
  }

  private RateLog log(Subject subject) {
    return logs.getOrDefault(subject, RateLog.EMPTY);
  }

  private void keep(Subject subject, Transition<RateLog, RateDecision> done) {
    logs.put(subject, done.record());
    edge(now.plus(done.answer().standing().reset()));
    edge(done.record().expiresAt());
    if (done.answer() instanceof Admitted admitted) {
      given.add(new Reservation(subject, admitted.stamp()));
    }
  }

  /** Times at which something may end or begin to count; the newest few. */
  private void edge(Instant edge) {
    edges.add(edge);
    if (edges.size() > 8) {
      edges.remove(0);
    }
  }
}
