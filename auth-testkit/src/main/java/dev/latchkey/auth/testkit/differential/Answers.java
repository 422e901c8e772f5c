package dev.latchkey.auth.testkit.differential;

import dev.latchkey.auth.otp.GuessAnswer;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

/** Which kinds of answers histories met: what never came was never compared. */
final class Answers {
  private final Set<String> kinds = new ConcurrentSkipListSet<>();

  void saw(String verb, Object answer) {
    kinds.add(verb + " " + kind(answer));
  }

  private static String kind(Object answer) {
    if (answer instanceof GuessAnswer.Wrong wrong) {
      return "Wrong " + wrong.penalty().kind() + (wrong.known() ? " known" : " stranger");
    }
    if (answer instanceof Collection<?> many) {
      return many.isEmpty() ? "none" : "some";
    }
    if (answer instanceof Integer count) {
      return count == 0 ? "none" : "some";
    }
    return answer instanceof Record ? answer.getClass().getSimpleName() : answer.toString();
  }

  Set<String> kinds() {
    return new TreeSet<>(kinds);
  }
}
