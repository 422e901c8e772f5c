package dev.latchkey.auth.examples;

/** A setting with which the server does not start. Its message is one sentence for the operator. */
public final class RefusedSettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RefusedSettingException(String variable, String rule) {
    super(variable + " " + rule + ".");
  }
}
