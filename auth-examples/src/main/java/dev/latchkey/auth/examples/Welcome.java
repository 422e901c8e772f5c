package dev.latchkey.auth.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the server says when it has started: where to go next, and what not to rely on. */
final class Welcome {
  private Welcome() {}

  static String of(Settings settings, RunningServer server) {
    List<String> lines = new ArrayList<>();
    lines.add("Latchkey example server, " + server.uri());
    lines.add("Mails go to the development mailbox, " + server.uri() + "dev/inbox.html");
    lines.add(settings.store().sentence());
    if (settings.secret().isEmpty()) {
      lines.add("LATCHKEY_SECRET is not set: a secret was made for this run.");
    }
    Duration offset = settings.clockOffset();
    if (!offset.isZero()) {
      lines.add("Its clock is " + offset.toSeconds() + " s ahead of this machine's.");
    }
    for (String name : settings.ignored()) {
      lines.add(name + " is not a setting that this version knows, and is ignored.");
    }
    lines.add("Ctrl-C stops it.");
    return String.join(System.lineSeparator(), lines);
  }
}
