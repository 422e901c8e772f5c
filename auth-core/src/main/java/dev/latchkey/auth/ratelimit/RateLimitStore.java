package dev.latchkey.auth.ratelimit;

import dev.latchkey.auth.ratelimit.RateDecision.Admitted;
import dev.latchkey.auth.ratelimit.RateDecision.Refused;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps one {@link RateLog} for each subject. Implemented by store authors.
 *
 * <p>Must guarantee: {@link #acquire} and {@link #refund} change one log atomically, so that the
 * limit is exact under any number of threads and nodes. Must throw {@link
 * dev.latchkey.auth.store.StoreUnavailableException} within its deadline when it can not say what
 * happened. Safe for concurrent use.
 */
public interface RateLimitStore {
  /**
   * Runs {@link RateLog#admit} on the log of {@code subject}.
   *
   * @param subject whose log
   * @param quotas one or more windows, in the order in which ties are told
   * @param now the time of the request
   * @return the decision
   */
  RateDecision acquire(Subject subject, List<Quota> quotas, Instant now);

  /**
   * Runs {@link RateLog#refund} on the log of the reservation. Does nothing for an unknown one.
   *
   * @param reservation what {@link #acquire} admitted
   */
  void refund(Reservation reservation);

  /**
   * Admits a request by all of the subjects, or records it with none.
   *
   * <p>This default reserves in order and takes back on refusal: while it does, another request may
   * be refused that would have been admitted, but never the reverse. A store that can do all at
   * once overrides it.
   *
   * @param requests one or more subjects with their quotas, no subject twice
   * @param now the time of the request
   * @return the decisions in order: all admitted, or the last one, which may come early, refused
   * @throws IllegalArgumentException if a subject comes twice; nothing is recorded then
   */
  default List<RateDecision> acquireAll(List<Request> requests, Instant now) {
    Request.requireDistinct(requests);
    List<RateDecision> decisions = new ArrayList<>(requests.size());
    List<Reservation> reserved = new ArrayList<>(requests.size());
    try {
      for (Request request : requests) {
        RateDecision decision = acquire(request.subject(), request.quotas(), now);
        decisions.add(decision);
        if (decision instanceof Admitted admitted) {
          reserved.add(new Reservation(request.subject(), admitted.stamp()));
        } else if (decision instanceof Refused) {
          reserved.forEach(this::refund);
          break;
        }
      }
      return List.copyOf(decisions);
    } catch (RuntimeException e) {
      takeBack(reserved, e);
      throw e;
    }
  }

  private void takeBack(List<Reservation> reserved, RuntimeException cause) {
    for (Reservation reservation : reserved) {
      try {
        refund(reservation);
      } catch (RuntimeException e) {
        cause.addSuppressed(e);
        return;
      }
    }
  }

  /**
   * Runs {@link Surge#observe} on the surge of {@code subject}. It has nothing to do with a log of
   * the same subject.
   *
   * @param subject whose surge
   * @param thresholds when to switch
   * @param now the time of the failure
   * @return until when the surge is on, exclusive; a time that is past, if it is not on
   */
  Instant observe(Subject subject, Thresholds thresholds, Instant now);

  /**
   * Until when a surge is on, see {@link Surge#onUntil}. Changes nothing.
   *
   * @param subject whose surge
   * @return the end, exclusive; a time that is past, if it is not on
   */
  Instant surgeUntil(Subject subject);

  /**
   * One subject of a request and the windows that it must fit.
   *
   * @param subject whose log
   * @param quotas one or more windows
   */
  record Request(Subject subject, List<Quota> quotas) {
    /**
     * Copies the quotas.
     *
     * @param subject whose log
     * @param quotas one or more windows
     */
    public Request {
      quotas = List.copyOf(quotas);
      if (quotas.isEmpty()) {
        throw new IllegalArgumentException("quotas must not be empty");
      }
    }

    /**
     * Refuses requests that name a subject twice: which of them its log admits would depend on
     * whether the store asks them one after the other. Called by stores that override {@link
     * #acquireAll}, before anything else.
     *
     * @param requests what is asked at once
     * @throws IllegalArgumentException if a subject comes twice
     */
    public static void requireDistinct(List<Request> requests) {
      long subjects = requests.stream().map(Request::subject).distinct().count();
      if (subjects < requests.size()) {
        throw new IllegalArgumentException(
            "requests must name no subject twice, got %d of %d subjects"
                .formatted(requests.size(), subjects));
      }
    }
  }
}
