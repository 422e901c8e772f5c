package dev.latchkey.auth.examples;

import dev.latchkey.auth.client.IpAddress;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a {@code Host} header names this machine. A page elsewhere whose name was made to point
 * here (DNS rebinding) sends its own name, and learns nothing.
 */
final class Loopback {
  private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^:]+)(:[0-9]{1,5})?");

  private Loopback() {}

  static boolean isHost(String header) {
    Matcher parts = HOST.matcher(header);
    if (!parts.matches()) {
      return false;
    }
    String host = parts.group(1).toLowerCase(Locale.ROOT);
    if (host.equals("localhost")) {
      return true;
    }
    String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return IpAddress.parse(literal).map(IpAddress::isLoopback).orElse(false);
  }
}
