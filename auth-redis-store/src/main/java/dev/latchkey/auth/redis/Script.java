package dev.latchkey.auth.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A script of this package's resources behind the libraries that it uses, and the name by which
 * servers know it. Immutable.
 */
final class Script {
  /** What every script begins with: the clock, and how a value is kept. */
  private static final String ALWAYS = "store";

  private final byte[] text;
  private final String sha1;

  private Script(byte[] text) {
    this.text = text;
    this.sha1 = sha1(text);
  }

  /**
   * Reads a script.
   *
   * @param name of its resource, without {@code .lua}
   * @param libraries the names of those it uses, in the order in which they need each other
   */
  static Script of(String name, String... libraries) {
    String whole =
        Stream.of(Stream.of(ALWAYS), Stream.of(libraries), Stream.of(name))
            .flatMap(names -> names)
            .map(Script::read)
            .collect(Collectors.joining("\n"));
    return new Script(whole.getBytes(StandardCharsets.UTF_8));
  }

  byte[] text() {
    return text.clone();
  }

  /** What {@code EVALSHA} wants; the server's own choice of hash, on which no promise rests. */
  String sha1() {
    return sha1;
  }

  private static String read(String name) {
    String resource = name + ".lua";
    try (InputStream in = Script.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("script " + resource + " must be beside its class");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha1(byte[] text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-1 must be available in this JVM", e);
    }
  }
}
