package dev.latchkey.auth.examples;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.latchkey.auth.examples.DevInbox.Mail;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The development mailbox as JSON for programs, and as a page for people. Pure. */
final class InboxView {
  private static final JsonFactory JSON = new JsonFactory();

  private InboxView() {}

  /** One mail a line, so that line tools can read it too. */
  static byte[] json(List<Mail> mails) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeArrayFieldStart("messages");
      for (Mail mail : mails) {
        json.writeRaw('\n');
        json.writeStartObject();
        json.writeStringField("id", mail.id());
        json.writeStringField("to", mail.draft().to());
        json.writeStringField("subject", mail.draft().subject());
        json.writeStringField("text", mail.draft().text());
        json.writeStringField("kind", mail.draft().kind());
        if (mail.draft().code().isPresent()) {
          json.writeStringField("code", mail.draft().code().get());
        }
        if (mail.draft().token().isPresent()) {
          json.writeStringField("token", mail.draft().token().get());
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory must not fail", e);
    }
    return bytes.toByteArray();
  }

  static byte[] html(List<Mail> mails) {
    StringBuilder page =
        new StringBuilder(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Development mailbox</title>
            <link rel="stylesheet" href="/style.css">
            </head>
            <body>
            <main>
            <h1>Development mailbox</h1>
            <p>What this server would have mailed, the newest first.
            <a href="/dev/inbox.html">Load again</a> · <a href="/">What is this?</a></p>
            """);
    if (mails.isEmpty()) {
      page.append("<p>No mail yet.</p>\n");
    }
    for (Mail mail : mails) {
      page.append("<article id=\"").append(escaped(mail.id())).append("\">\n<h2>");
      page.append(escaped(mail.draft().subject())).append("</h2>\n<p>To ");
      page.append(escaped(mail.draft().to())).append("</p>\n<pre>");
      page.append(escaped(mail.draft().text())).append("</pre>\n</article>\n");
    }
    return page.append("</main>\n</body>\n</html>\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Everything that could leave text or a quoted attribute. */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
