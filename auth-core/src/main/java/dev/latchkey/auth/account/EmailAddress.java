package dev.latchkey.auth.account;

import com.sanctionco.jmail.EmailValidator;
import com.sanctionco.jmail.JMail;
import java.net.IDN;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A mail address in the one form in which it is counted, compared and mailed. Called by
 * applications.
 *
 * <p>Accepted: surrounding U+0020 are dropped; then an ASCII dot-atom of at most {@value
 * #MAX_LOCAL} characters, {@code @}, and a host name of two labels or more, each 1 to 63
 * characters, no trailing dot, the last one not all digits; at most {@value #MAX_BYTES} bytes in
 * ASCII form (RFC 5321, section 4.5.3.1; RFC 5322, section 3.4.1). Refused: quoted local parts,
 * comments, IP literals, source routes, display names, control characters, everything else.
 *
 * <p>International host names are turned into their ASCII form by {@link java.net.IDN}, which
 * speaks IDNA2003 (RFC 3490, Unicode 3.2), with STD3 rules; unassigned characters are refused. So
 * full-width letters and ideographic full stops fold to what they look like, and all spellings of
 * one host are one identity. ß, ẞ, ς, ZWJ and ZWNJ are refused: IDNA2003 maps them to something
 * else while IDNA2008 keeps them, so the same text could name two hosts with two owners. Their
 * ASCII form ({@code xn--…}) is accepted. Local parts must be ASCII (no SMTPUTF8).
 *
 * <p>Two keys. {@link #identity} is the address in lower case, for challenges, failures, locks and
 * accounts, and is where mail goes; nothing else is folded, since only the owner of a host knows
 * which of its local parts are one mailbox. {@link #mailbox} folds what commonly is one mailbox and
 * serves budgets only. Equality is that of {@link #identity}. {@code toString} is redacted.
 * Immutable, safe for concurrent use.
 */
public final class EmailAddress {

  /** RFC 5321, section 4.5.3.1.1. */
  public static final int MAX_LOCAL = 64;

  /** RFC 5321, section 4.5.3.1.3 (a path of 256 less its brackets; RFC 3696, erratum 1690). */
  public static final int MAX_BYTES = 254;

  /** Input beyond this is refused unread; above all that a valid address in Unicode can need. */
  public static final int MAX_INPUT = 1024;

  private static final int MAX_HOST = 253;
  private static final int MAX_LABEL = 63;

  /** What IDNA2003 and IDNA2008 read differently (UTS #46, section 7.2.1), and capital sharp s. */
  private static final String DEVIATIONS = "\u00df\u1e9e\u03c2\u200c\u200d";

  /** Hosts whose mailboxes ignore dots in the local part, by Google's own account. */
  private static final Set<String> DOTLESS = Set.of("gmail.com", "googlemail.com");

  private static final String GMAIL = "gmail.com";

  /** The {@code atext} of RFC 5322, section 3.2.3, besides letters and digits. */
  private static final String ATEXT = "!#$%&'*+-/=?^_`{|}~";

  private static final EmailValidator GRAMMAR = JMail.strictValidator();

  private final String local;
  private final String host;

  private EmailAddress(String local, String host) {
    this.local = local;
    this.host = host;
  }

  /**
   * Reads an address. Never throws, whatever the text.
   *
   * @param text what a person typed
   * @return the address, or empty if it is not one that is accepted here
   */
  public static Optional<EmailAddress> parse(String text) {
    Objects.requireNonNull(text, "text");
    if (text.length() > MAX_INPUT) {
      return Optional.empty();
    }
    String bare = withoutSurroundingSpaces(text);
    int at = bare.indexOf('@');
    if (at < 1 || at > MAX_LOCAL) {
      return Optional.empty();
    }
    String local = bare.substring(0, at);
    if (!isDotAtomText(local)) {
      return Optional.empty();
    }
    return asciiHost(bare.substring(at + 1))
        .filter(host -> local.length() + 1 + host.length() <= MAX_BYTES)
        .filter(host -> GRAMMAR.isValid(local + "@" + host))
        .map(host -> new EmailAddress(local.toLowerCase(Locale.ROOT), host));
  }

  /**
   * The address in lower case with the host in ASCII form: the key of challenges, failures, locks
   * and accounts, and the address that mail is sent to. Personal data.
   *
   * @return at most {@value #MAX_BYTES} ASCII characters
   */
  public String identity() {
    return local + "@" + host;
  }

  /**
   * The key of send budgets: {@link #identity} with a {@code +tag} dropped on every host (unless
   * the local part is nothing but a tag) and, at Gmail, dots dropped and {@code googlemail.com}
   * read as {@code gmail.com}. Not an address to send to. Personal data.
   *
   * @return at most {@value #MAX_BYTES} ASCII characters
   */
  public String mailbox() {
    int plus = local.indexOf('+');
    String base = plus > 0 ? local.substring(0, plus) : local;
    return DOTLESS.contains(host) ? base.replace(".", "") + "@" + GMAIL : base + "@" + host;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EmailAddress that && local.equals(that.local) && host.equals(that.host);
  }

  @Override
  public int hashCode() {
    return 31 * local.hashCode() + host.hashCode();
  }

  /** Redacted: the first character of the local part at most, never all of it, and the host. */
  @Override
  public String toString() {
    return (local.length() > 1 ? local.charAt(0) + "***" : "*") + "@" + host;
  }

  private static String withoutSurroundingSpaces(String text) {
    int begin = 0;
    int end = text.length();
    while (begin < end && text.charAt(begin) == ' ') {
      begin++;
    }
    while (end > begin && text.charAt(end - 1) == ' ') {
      end--;
    }
    return text.substring(begin, end);
  }

  /** Asked before the grammar, which knows quotes, comments and obsolete escapes besides. */
  private static boolean isDotAtomText(String local) {
    return local
        .chars()
        .allMatch(
            c ->
                (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '.'
                    || ATEXT.indexOf(c) >= 0);
  }

  private static Optional<String> asciiHost(String host) {
    if (host.isEmpty() || host.chars().anyMatch(c -> DEVIATIONS.indexOf(c) >= 0)) {
      return Optional.empty();
    }
    String ascii;
    try {
      ascii = IDN.toASCII(host, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // The former is IDN's way to refuse; the latter guards against slips in its tables.
      return Optional.empty();
    }
    return isHostName(ascii) ? Optional.of(ascii) : Optional.empty();
  }

  /** Asked of IDN's answer, so that nothing here rests on how strict the platform's IDN is. */
  private static boolean isHostName(String host) {
    String[] labels = host.split("\\.", -1);
    if (host.length() > MAX_HOST || labels.length < 2) {
      return false;
    }
    for (String label : labels) {
      if (!isLabel(label)) {
        return false;
      }
    }
    return !labels[labels.length - 1].chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static boolean isLabel(String label) {
    return !label.isEmpty()
        && label.length() <= MAX_LABEL
        && label.charAt(0) != '-'
        && label.charAt(label.length() - 1) != '-'
        && label
            .chars()
            .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
  }
}
