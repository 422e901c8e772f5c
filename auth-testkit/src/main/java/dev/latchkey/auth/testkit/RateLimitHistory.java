package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateDecision.Admitted;
import dev.latchkey.auth.ratelimit.RateDecision.Refused;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.ratelimit.RateLimitStore.Request;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.testkit.Call.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Admissions, refunds and surges of two subjects. */
final class RateLimitHistory {
  private static final int STEPS = 60;

  /** As many steps more for quotas that are counted in sub-windows, which begin at 129. */
  private static final int LARGE_STEPS = 140;

  /** Of a large quota only the latest 128 admissions can be given back, however many others are. */
  private static final int REFUNDABLE = 40;

  private final RateLimitStore store;
  private final SplittableRandom random;
  private final boolean large;
  private final List<Quota> quotas;
  private final Thresholds thresholds;
  private final Explanations<ModelRateLimits> explanations =
      new Explanations<>(new ModelRateLimits());
  private final List<Reservation> reservations = Collections.synchronizedList(new ArrayList<>());
  private Instant now = Samples.START;

  private RateLimitHistory(RateLimitStore store, SplittableRandom random) {
    this.store = store;
    this.random = random;
    this.large = random.nextInt(5) == 0;
    Quota narrow = Quota.of(random.nextInt(1, 5), Duration.ofSeconds(random.nextInt(1, 300)));
    Quota wide = Quota.of(random.nextInt(1, 12), Duration.ofSeconds(random.nextInt(300, 4_000)));
    this.quotas =
        large
            ? List.of(
                Quota.of(random.nextInt(100, 135), Duration.ofMillis(random.nextInt(1, 200_000))),
                Quota.of(random.nextInt(129, 140), Duration.ofMillis(random.nextInt(1, 900_000))))
            : List.of(narrow, wide);
    int on = random.nextInt(2, 9);
    this.thresholds =
        new Thresholds(
            Duration.ofSeconds(random.nextInt(5, 200)),
            on,
            random.nextInt(1, on + 1),
            Duration.ofSeconds(random.nextInt(300)));
  }

  static void run(RateLimitStore store, SplittableRandom random) {
    RateLimitHistory history = new RateLimitHistory(store, random);
    for (int i = 0; i < STEPS + (history.large ? LARGE_STEPS : 0); i++) {
      // Forward only: a log may be dropped at its end, and then remembers no later time.
      // Large quotas fill up in a few minutes.
      history.now =
          history.large && random.nextInt(30) > 0
              ? history.now.plusMillis(random.nextInt(3_000))
              : Steps.on(history.now, random, Duration.ofHours(2));
      history.explanations.step(random, history::draw);
    }
  }

  private Subject subject(int number) {
    return new Subject("history", "s" + number);
  }

  private Call<ModelRateLimits> draw() {
    Subject subject = subject(random.nextInt(8) / 7);
    Instant time = now;
    return switch (random.nextInt(large ? 40 : 10)) {
      case 0, 1 -> refund();
      case 2 -> several();
      case 3 ->
          Call.judged(
              "observe",
              () -> store.observe(subject, thresholds, time),
              (model, answer) -> model.observe(subject, thresholds, time, answer));
      case 4 ->
          Call.judged(
              "surgeUntil",
              () -> store.surgeUntil(subject),
              (model, answer) -> model.surgeUntil(subject, time, answer));
      default ->
          Call.judged(
              "acquire",
              () -> {
                RateDecision decision = store.acquire(subject, quotas, time);
                remember(subject, decision);
                return decision;
              },
              (model, answer) -> model.acquire(subject, quotas, time, answer));
    };
  }

  private void remember(Subject subject, RateDecision decision) {
    if (decision instanceof Admitted admitted) {
      reservations.add(new Reservation(subject, admitted.stamp()));
    }
  }

  private Call<ModelRateLimits> refund() {
    int known = reservations.size();
    Reservation back =
        known == 0
            ? new Reservation(subject(0), 1)
            : reservations.get(known - 1 - random.nextInt(Math.min(known, REFUNDABLE)));
    return Call.of(
        "refund",
        () -> {
          store.refund(back);
          return true;
        },
        model -> model.refund(back));
  }

  /**
   * Both subjects at once. A store may ask one after the other, and then others come between: each
   * is a move, and so is each that is taken back.
   */
  private Call<ModelRateLimits> several() {
    List<Request> requests =
        List.of(new Request(subject(0), quotas), new Request(subject(1), quotas));
    Instant time = now;
    return new Call<>("acquireAll", () -> moves(requests, store.acquireAll(requests, time), time));
  }

  private List<Move<ModelRateLimits>> moves(
      List<Request> requests, List<RateDecision> answers, Instant time) {
    int last = answers.size() - 1;
    assertThat(answers).hasSizeBetween(1, requests.size());
    assertThat(answers.subList(0, last)).allMatch(Admitted.class::isInstance);
    boolean refused = answers.get(last) instanceof Refused;
    assertThat(refused || answers.size() == requests.size()).as("all are asked").isTrue();
    List<Move<ModelRateLimits>> moves = new ArrayList<>();
    List<Move<ModelRateLimits>> back = new ArrayList<>();
    for (int i = 0; i <= last; i++) {
      Request request = requests.get(i);
      RateDecision answer = answers.get(i);
      moves.add(
          new Move<>(
              answer, model -> model.acquire(request.subject(), request.quotas(), time, answer)));
      if (refused && answer instanceof Admitted admitted) {
        Reservation undone = new Reservation(request.subject(), admitted.stamp());
        back.add(new Move<>(true, model -> model.undo(undone)));
      } else {
        remember(request.subject(), answer);
      }
    }
    moves.addAll(back);
    return moves;
  }
}
