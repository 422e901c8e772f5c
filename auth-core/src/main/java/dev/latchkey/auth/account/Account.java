package dev.latchkey.auth.account;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An active account, as the host's {@link AccountDirectory} answers it. Made by applications. The
 * copy of the roles is immutable and iterates in the order of their names.
 *
 * @param id the host's name for it
 * @param email its address
 * @param roles at most {@value #MAX_ROLES}; what the next access token will say
 */
public record Account(AccountId id, EmailAddress email, Set<Role> roles) {

  /** Keeps every access token well under the 8 KiB that verifiers read. */
  public static final int MAX_ROLES = 64;

  /**
   * Copies the roles.
   *
   * @param id the host's name for it
   * @param email its address
   * @param roles at most {@value #MAX_ROLES}
   * @throws IllegalArgumentException if there are too many roles
   */
  public Account {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(email, "email");
    if (roles.size() > MAX_ROLES) {
      throw new IllegalArgumentException(
          "account must have at most %d roles, got %d".formatted(MAX_ROLES, roles.size()));
    }
    roles =
        roles.stream()
            .sorted(Comparator.comparing(Role::name))
            .collect(
                Collectors.collectingAndThen(
                    Collectors.<Role, Set<Role>>toCollection(LinkedHashSet::new),
                    Collections::unmodifiableSet));
  }
}
