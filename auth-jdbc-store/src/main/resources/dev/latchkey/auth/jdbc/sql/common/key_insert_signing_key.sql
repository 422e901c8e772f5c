insert into ${tables}signing_keys
  (issuer, kid, algorithm, published_at, active_from, sealed_key)
values (:issuer, :kid, :algorithm, :publishedAt, :activeFrom, :sealed)
