package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Codes, tokens and addresses go through every path, and stand in nothing that is kept. */
class CanaryTest {
  private static final String LOCAL_PART = "canary-address-x7q";
  private static final String EMAIL = LOCAL_PART + "@example.com";

  /** A part of a token as short as this proves a leak, and stands nowhere by chance. */
  private static final int TELLTALE = 24;

  private static final List<String> LOG_EVERYTHING_OF_OURS =
      List.of(
          "org.slf4j.simpleLogger.defaultLogLevel=info",
          "org.slf4j.simpleLogger.log.dev.latchkey=trace",
          "org.slf4j.simpleLogger.log.com.zaxxer.hikari=trace",
          "org.slf4j.simpleLogger.log.org.jdbi=trace");

  private final Set<String> tokens = new LinkedHashSet<>();
  private final Set<String> codes = new LinkedHashSet<>();

  @Test
  void canaries_standInNoLogLine() {
    isFreeOfCanaries(outputOf());
  }

  @Test
  void canaries_standInNoLogLine_onADatabase(@TempDir Path directory) {
    String output =
        outputOf(
            "LATCHKEY_STORE",
            "jdbc:h2:file:" + directory.resolve("x") + ";PASSWORD=" + TestDatabase.PASSWORD,
            "LATCHKEY_SECRET",
            TestServer.SECRET);

    assertThat(output).contains("latchkey - configuration").contains("Applying the migrations");
    assertThat(output).doesNotContain(TestDatabase.PASSWORD).doesNotContain(TestServer.SECRET);
    isFreeOfCanaries(output);
  }

  private String outputOf(String... settings) {
    String output;
    try (ChildServer server = new ChildServer(LOG_EVERYTHING_OF_OURS, settings)) {
      goThroughEveryPath(new Visitor(server.uri()));
      server.stop();
      output = server.output();
    }
    assertThat(output).contains("code.sent").contains("guess.failed").contains("token.reused");
    assertThat(output).contains("unlock.mailed").contains("unlock.used");
    return output;
  }

  @Test
  void canaries_standInNoEvent() {
    try (TestServer server = TestServer.start()) {
      goThroughEveryPath(new Visitor(server.uri()));

      assertThat(server.events()).hasSizeGreaterThan(20);
      isFreeOfCanaries(server.events().toString());
    }
  }

  @Test
  void canaries_standInNoErrorAnswer() {
    try (TestServer server = TestServer.start()) {
      List<Answer> errors = goThroughEveryPath(new Visitor(server.uri()));

      assertThat(errors).hasSizeGreaterThan(20).allMatch(answer -> answer.status() >= 400);
      isFreeOfCanaries(errors.toString());
    }
  }

  private void isFreeOfCanaries(String text) {
    assertThat(codes).hasSizeGreaterThan(2);
    assertThat(tokens).hasSizeGreaterThan(8);
    assertThat(text).doesNotContain(LOCAL_PART);
    for (String code : codes) {
      Pattern whole = Pattern.compile("(?<![0-9A-Za-z_.-])" + code + "(?![0-9A-Za-z_-])");
      assertThat(whole.matcher(text).find()).as("a code in the text").isFalse();
    }
    for (String token : tokens) {
      // Not the start: of an access token that is the header, in which there is no secret.
      assertThat(text).doesNotContain(token.substring(token.length() - TELLTALE));
      assertThat(text)
          .doesNotContain(token.substring(token.length() / 2, token.length() / 2 + TELLTALE));
    }
  }

  /** The errors on the way. */
  private List<Answer> goThroughEveryPath(Visitor client) {
    List<Answer> answers = new ArrayList<>();
    SignedIn first = signIn(client);
    SignedIn second = signIn(client);
    refresh(client, second);
    for (SignedIn in : List.of(first, second)) {
      String bearer = "Bearer " + in.access();
      answers.add(client.get("/auth/me", "Authorization", bearer));
      answers.add(
          client.get("/auth/me", "Authorization", bearer + "x", "X-Device-Token", in.device()));
      answers.add(client.get("/auth/me?access_token=" + in.access()));
      answers.add(client.get("/auth/" + in.refresh() + "?email=" + EMAIL));
      answers.add(client.delete("/auth/sessions/" + in.device(), in.headers()));
      answers.add(client.post("/auth/token/refresh", in.refreshBody()));
      answers.add(client.post("/auth/token/refresh", in.refreshBody() + "}"));
      answers.add(client.post("/auth/token/refresh", in.refreshBody(), "X-Client", "browser"));
      answers.add(client.get("/auth/me", "Authorization", bearer, "Authorization", bearer));
      answers.add(client.get("/auth/me", "Authorization", bearer + "x".repeat(20_000)));
      answers.add(client.send("POST", "/auth/logout", BodyPublishers.ofString(in.refreshBody())));
      answers.add(
          client.post("/auth/email/send-otp", "{\"email\":\"" + EMAIL + " " + in.device() + "\"}"));
    }
    answers.add(client.refresh(second)); // a reuse, which ends all
    answers.add(client.refresh(second));
    answers.add(client.me(second));
    String challenge = ask(client);
    answers.add(client.verify(challenge, "not " + codes));
    for (int i = 0; i < 3; i++) {
      answers.add(client.verify(challenge, wrongCode()));
    }
    answers.add(client.ask(EMAIL));
    String unlock = unlockToken(client);
    answers.add(client.get("/auth/unlock?token=" + unlock));
    answers.add(client.unlock(unlock + "A"));
    answers.add(client.unlock(unlock, "X-Client", "browser", "X-Device-Token", first.device()));
    Visitor known = client.on(unlocked(client, unlock));
    String late = ask(known);
    keep(SignedIn.of(known.verify(late, newestCode())));
    for (int i = 0; i < 10; i++) {
      answers.add(known.unlock(unlock));
    }
    answers.removeIf(answer -> answer.status() < 400);
    return answers;
  }

  private String unlockToken(Visitor client) {
    List<?> mails = (List<?>) client.get("/dev/inbox").isOk().value("messages");
    String token = (String) Objects.requireNonNull(Json.object(mails.get(0)).get("token"));
    tokens.add(token);
    return token;
  }

  private String unlocked(Visitor client, String token) {
    String device = client.unlock(token).isOk().text("device_token");
    tokens.add(device);
    return device;
  }

  private SignedIn signIn(Visitor client) {
    String challenge = ask(client);
    SignedIn in = keep(SignedIn.of(client.verify(challenge, newestCode())));
    client.me(in).isOk();
    client.get("/auth/sessions", in.headers()).isOk();
    return in;
  }

  private String ask(Visitor client) {
    String challenge = client.ask(EMAIL).isOk().text("challenge");
    List<?> mails = (List<?>) client.get("/dev/inbox").isOk().value("messages");
    codes.add((String) Json.object(mails.get(0)).get("code"));
    tokens.add(challenge);
    return challenge;
  }

  private void refresh(Visitor client, SignedIn in) {
    keep(SignedIn.of(client.refresh(in)));
  }

  private SignedIn keep(SignedIn in) {
    tokens.addAll(List.of(in.access(), in.refresh(), in.device()));
    return in;
  }

  private String wrongCode() {
    return "%06d".formatted((Integer.parseInt(newestCode()) + 1) % 1_000_000);
  }

  private String newestCode() {
    return List.copyOf(codes).get(codes.size() - 1);
  }
}
