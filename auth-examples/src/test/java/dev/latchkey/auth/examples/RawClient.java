package dev.latchkey.auth.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;

/** Sends bytes that no proper client sends, and reads until the server hangs up. */
final class RawClient {
  private static final int DEADLINE_MS = 30_000;

  private RawClient() {}

  /** Lines end with LF here, and with CR LF on the wire. */
  static String send(int port, String request) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(DEADLINE_MS);
      socket.getOutputStream().write(request.replace("\n", "\r\n").getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A GET with another Host. */
  static String get(int port, String host, String path) {
    return send(port, "GET " + path + " HTTP/1.1\nHost: " + host + "\nConnection: close\n\n");
  }
}
