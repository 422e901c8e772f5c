package dev.latchkey.auth;

import dev.latchkey.auth.ratelimit.Quota;
import java.time.Duration;
import java.util.List;

/**
 * The quotas of every request that is limited. Called by applications.
 *
 * <p>Each list holds one or more windows, all of which a request must fit. Subjects are counted
 * apart: IPv4 by address, IPv6 by /64, and with four and sixteen times the budget by /56 and /48.
 *
 * @param sendIdentifier codes asked for, a mailbox
 * @param sendIp codes asked for, an IP
 * @param sendGlobal codes asked for, by everybody
 * @param verifyIp guesses, an IP
 * @param refreshSession refreshes, a session and device
 * @param refreshIp refreshes, an IP
 * @param alert alert mails, an account
 * @param unlock unlocks, an IP
 * @param unlockMail mails with an unlock token beyond the one of each lock, an identifier
 */
public record Limits(
    List<Quota> sendIdentifier,
    List<Quota> sendIp,
    List<Quota> sendGlobal,
    List<Quota> verifyIp,
    List<Quota> refreshSession,
    List<Quota> refreshIp,
    List<Quota> alert,
    List<Quota> unlock,
    List<Quota> unlockMail) {
  /** A person needs one code, and two more when mail is slow. */
  public static final List<Quota> DEFAULT_SEND_IDENTIFIER =
      List.of(
          Quota.of(3, Duration.ofMinutes(5)),
          Quota.of(5, Duration.ofHours(1)),
          Quota.of(10, Duration.ofHours(24)));

  /** An office behind one address signs in in the morning. */
  public static final List<Quota> DEFAULT_SEND_IP =
      List.of(Quota.of(20, Duration.ofMinutes(5)), Quota.of(100, Duration.ofHours(1)));

  /** What a mail provider takes from a new sender; a flood stops here. */
  public static final List<Quota> DEFAULT_SEND_GLOBAL =
      List.of(Quota.of(1000, Duration.ofMinutes(1)));

  /** Three guesses for each code that an IP may ask for. */
  public static final List<Quota> DEFAULT_VERIFY_IP =
      List.of(Quota.of(60, Duration.ofMinutes(5)), Quota.of(300, Duration.ofHours(1)));

  /** A client refreshes every quarter of an hour; this is room for tabs and retries. */
  public static final List<Quota> DEFAULT_REFRESH_SESSION =
      List.of(Quota.of(30, Duration.ofMinutes(5)));

  /** Ten such sessions behind one address. */
  public static final List<Quota> DEFAULT_REFRESH_IP =
      List.of(Quota.of(300, Duration.ofMinutes(5)));

  /** An owner reads the first; a thief could use the rest to bury it. */
  public static final List<Quota> DEFAULT_ALERT = List.of(Quota.of(3, Duration.ofHours(24)));

  /** An owner needs one; who tries tokens gets nowhere anyway. */
  public static final List<Quota> DEFAULT_UNLOCK = List.of(Quota.of(10, Duration.ofMinutes(5)));

  /** Enough to find one, too few to bury the others. */
  public static final List<Quota> DEFAULT_UNLOCK_MAIL = List.of(Quota.of(3, Duration.ofHours(24)));

  /** Of the budget of everybody, one part in so many is kept for known devices. */
  public static final int KNOWN_SHARE = 5;

  /**
   * Copies the lists.
   *
   * @param sendIdentifier codes asked for
   * @param sendIp codes asked for
   * @param sendGlobal codes asked for
   * @param verifyIp guesses
   * @param refreshSession refreshes
   * @param refreshIp refreshes
   * @param alert alert mails
   * @param unlock unlocks, an IP
   * @param unlockMail mails with an unlock token
   */
  public Limits {
    sendIdentifier = quotas("sendIdentifier", sendIdentifier);
    sendIp = quotas("sendIp", sendIp);
    sendGlobal = quotas("sendGlobal", sendGlobal);
    verifyIp = quotas("verifyIp", verifyIp);
    refreshSession = quotas("refreshSession", refreshSession);
    refreshIp = quotas("refreshIp", refreshIp);
    alert = quotas("alert", alert);
    unlock = quotas("unlock", unlock);
    unlockMail = quotas("unlockMail", unlockMail);
  }

  private static List<Quota> quotas(String name, List<Quota> quotas) {
    if (quotas.isEmpty()) {
      throw new IllegalArgumentException(name + " must hold at least one quota, got none");
    }
    return List.copyOf(quotas);
  }

  /**
   * The defaults.
   *
   * @return the limits
   */
  public static Limits standard() {
    return builder().build();
  }

  /**
   * A builder that begins with the defaults.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Changes some of the defaults. Not safe for concurrent use. */
  public static final class Builder {
    private List<Quota> sendIdentifier = DEFAULT_SEND_IDENTIFIER;
    private List<Quota> sendIp = DEFAULT_SEND_IP;
    private List<Quota> sendGlobal = DEFAULT_SEND_GLOBAL;
    private List<Quota> verifyIp = DEFAULT_VERIFY_IP;
    private List<Quota> refreshSession = DEFAULT_REFRESH_SESSION;
    private List<Quota> refreshIp = DEFAULT_REFRESH_IP;
    private List<Quota> alert = DEFAULT_ALERT;
    private List<Quota> unlock = DEFAULT_UNLOCK;
    private List<Quota> unlockMail = DEFAULT_UNLOCK_MAIL;

    private Builder() {}

    /**
     * Codes asked for, a mailbox.
     *
     * @param quotas the windows
     * @return this
     */
    public Builder sendIdentifier(Quota... quotas) {
      this.sendIdentifier = List.of(quotas);
      return this;
    }

    /**
     * Codes asked for, an IP.
     *
     * @param quotas the windows
     * @return this
     */
    public Builder sendIp(Quota... quotas) {
      this.sendIp = List.of(quotas);
      return this;
    }

    /**
     * Codes asked for, by everybody.
     *
     * @param quotas the windows
     * @return this
     */
    public Builder sendGlobal(Quota... quotas) {
      this.sendGlobal = List.of(quotas);
      return this;
    }

    /**
     * Guesses, an IP.
     *
     * @param quotas the windows
     * @return this
     */
    public Builder verifyIp(Quota... quotas) {
      this.verifyIp = List.of(quotas);
      return this;
    }

    /**
     * Refreshes, a session and device.
     *
     * @param quotas the windows
     * @return this
     */
    public Builder refreshSession(Quota... quotas) {
      this.refreshSession = List.of(quotas);
      return this;
    }

    /**
     * Refreshes, an IP.
     *
     * @param quotas the windows
     * @return this
     */
    public Builder refreshIp(Quota... quotas) {
      this.refreshIp = List.of(quotas);
      return this;
    }

    /**
     * Alert mails, an account.
     *
     * @param quotas the windows
     * @return this
     */
    public Builder alert(Quota... quotas) {
      this.alert = List.of(quotas);
      return this;
    }

    /**
     * Unlocks, an IP.
     *
     * @param quotas the windows
     * @return this
     */
    public Builder unlock(Quota... quotas) {
      this.unlock = List.of(quotas);
      return this;
    }

    /**
     * Mails with an unlock token beyond the one of each lock, an identifier.
     *
     * @param quotas the windows
     * @return this
     */
    public Builder unlockMail(Quota... quotas) {
      this.unlockMail = List.of(quotas);
      return this;
    }

    /**
     * The limits.
     *
     * @return limits that no longer change
     */
    public Limits build() {
      return new Limits(
          sendIdentifier,
          sendIp,
          sendGlobal,
          verifyIp,
          refreshSession,
          refreshIp,
          alert,
          unlock,
          unlockMail);
    }
  }
}
