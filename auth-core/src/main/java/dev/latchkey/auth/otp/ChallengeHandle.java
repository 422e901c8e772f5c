package dev.latchkey.auth.otp;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.crypto.RootId;
import java.time.Instant;

/**
 * What a client holds of its challenge, opened: without it a guess is no guess. Called by
 * applications.
 *
 * <p>Guarantees: only {@link OtpIssuer#read} makes one, from a text that this service sealed. The
 * text tells neither client nor proxy anything: not the address, not the challenge, and not the
 * length of the address.
 */
public final class ChallengeHandle {
  private final RootId root;
  private final ChallengeId challenge;
  private final EmailAddress address;
  private final CodeForm form;
  private final Instant expiresAt;

  ChallengeHandle(
      RootId root, ChallengeId challenge, EmailAddress address, CodeForm form, Instant expiresAt) {
    this.root = root;
    this.challenge = challenge;
    this.address = address;
    this.form = form;
    this.expiresAt = expiresAt;
  }

  /** The root key under which the codes of the challenge are hashed. */
  RootId root() {
    return root;
  }

  ChallengeId challenge() {
    return challenge;
  }

  /**
   * The address that the code was sent to.
   *
   * @return the address
   */
  public EmailAddress address() {
    return address;
  }

  /**
   * The form of the code that came with this handle.
   *
   * @return the form
   */
  public CodeForm form() {
    return form;
  }

  /**
   * When the handle ends, exclusive, with the code that it came with.
   *
   * @return the end
   */
  public Instant expiresAt() {
    return expiresAt;
  }

  @Override
  public String toString() {
    return "ChallengeHandle[" + address + ", " + form + ", until " + expiresAt + "]";
  }
}
