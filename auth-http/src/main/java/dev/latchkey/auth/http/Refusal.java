package dev.latchkey.auth.http;

import java.io.Serial;

/**
 * Ends the judgement of a request from wherever it is; never leaves this package. It has no message
 * and no stack trace: it is an answer, not a fault.
 */
final class Refusal extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  Refusal(Problem problem) {
    super(null, null, false, false);
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}
