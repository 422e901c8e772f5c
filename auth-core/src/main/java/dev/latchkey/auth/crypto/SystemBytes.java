package dev.latchkey.auth.crypto;

import java.security.SecureRandom;

/** The platform's default {@link SecureRandom}, which seeds itself and is safe for concurrency. */
final class SystemBytes implements SecureBytes {

  static final SystemBytes INSTANCE = new SystemBytes();

  private final SecureRandom random = new SecureRandom();

  private SystemBytes() {}

  @Override
  public void fill(byte[] target) {
    random.nextBytes(target);
  }
}
