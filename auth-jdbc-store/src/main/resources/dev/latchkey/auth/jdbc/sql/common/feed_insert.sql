insert into ${tables}revocations (kind, name, keep_until, settled_at)
values (:kind, :name, :keepUntil, :settledAt)
