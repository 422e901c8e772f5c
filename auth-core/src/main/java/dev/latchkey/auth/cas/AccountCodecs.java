package dev.latchkey.auth.cas;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.Role;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The two records of an account as bytes. */
final class AccountCodecs {
  /** By address: which account it has, and whether it may sign in. */
  static final Codec<Entry> ENTRY =
      new Codec<>(
          "account",
          6,
          1,
          (out, entry) -> {
            out.optional(entry.id(), id -> out.text(id.value()));
            out.list(entry.roles(), role -> out.text(role.name()));
            out.flag(entry.barred());
          },
          in -> new Entry(in.optional(() -> new AccountId(in.text())), roles(in), in.flag()));

  /** By id: whose account it is, in case that the other record agrees. */
  static final Codec<Optional<EmailAddress>> OWNER =
      new Codec<>(
          "owner",
          7,
          1,
          (out, address) -> out.text(address.orElseThrow().identity()),
          in -> Optional.of(EmailAddress.parse(in.text()).orElseThrow()));

  private AccountCodecs() {}

  /** All that is decided about an address. */
  record Entry(Optional<AccountId> id, List<Role> roles, boolean barred) {
    static final Entry NONE = new Entry(Optional.empty(), List.of(), false);

    Optional<Account> account(EmailAddress address) {
      return id.map(known -> new Account(known, address, new LinkedHashSet<>(roles)));
    }

    Entry with(AccountId made) {
      return new Entry(Optional.of(made), roles, barred);
    }

    Entry with(Set<Role> changed) {
      return new Entry(id, List.copyOf(changed), barred);
    }

    Entry barred(boolean changed) {
      return changed == barred ? this : new Entry(id, roles, changed);
    }
  }

  private static List<Role> roles(RecordReader in) {
    List<Role> roles = in.list(() -> new Role(in.text()));
    if (roles.size() > Account.MAX_ROLES) {
      throw new IllegalArgumentException("roles must be " + Account.MAX_ROLES + " at most");
    }
    return roles;
  }
}
