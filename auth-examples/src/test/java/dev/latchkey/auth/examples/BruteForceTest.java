package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.testkit.Race;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A thousand guesses and more against one address, from as many clients. */
class BruteForceTest {
  private static final String ADA = "ada@example.com";
  private static final int ROUNDS = 75;
  private static final int RACERS = 16;
  private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(60);

  /** When the n-th wrong code may come at the earliest, counted from the one before it. */
  private static final List<Duration> TABLE =
      List.of(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofSeconds(2),
          Duration.ofMinutes(5),
          Duration.ofSeconds(8),
          Duration.ofMinutes(30),
          Duration.ofSeconds(32),
          Duration.ofSeconds(64),
          Duration.ofSeconds(128),
          Duration.ofSeconds(256),
          Duration.ofHours(1));

  private final TestServer server = TestServer.start();
  private volatile String challenge = "none yet";

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void twelveHundredGuessesFromAsManyClients_areNeverComparedMoreThanTheTableAllows() {
    for (int round = 0; round < ROUNDS; round++) {
      int first = round * RACERS;
      Answer asked = at(first).ask(ADA);
      if (asked.status() == 200) {
        challenge = asked.text("challenge");
      }
      List<Answer> answers =
          Race.of(RACERS)
              .run(i -> at(first + i).verify(challenge, "%06d".formatted(first + i)))
              .outcomes();

      assertThat(answers).noneMatch(answer -> answer.status() == 200);
      assertThat(answers).allMatch(answer -> List.of(401, 423, 429).contains(answer.status()));
      assertThat(compared()).isLessThanOrEqualTo(allowedWithin(BETWEEN_ROUNDS.multipliedBy(round)));
      server.clock().advance(BETWEEN_ROUNDS);
    }
    // And the table was what held them back: some were compared.
    assertThat(compared()).isBetween(5, allowedWithin(BETWEEN_ROUNDS.multipliedBy(ROUNDS)));
  }

  /** A client that nobody has seen before: no limit of an IP stands in the way. */
  private Visitor at(int number) {
    return new Visitor(server.uri()).at("198.18.%d.%d".formatted(number / 256, number % 256));
  }

  private int compared() {
    return (int) server.count(AuthEvent.GuessFailed.class);
  }

  private static int allowedWithin(Duration time) {
    Duration sum = Duration.ZERO;
    int guesses = 0;
    for (Duration wait : TABLE) {
      sum = sum.plus(wait);
      if (sum.compareTo(time) > 0) {
        break;
      }
      guesses++;
    }
    return guesses;
  }
}
