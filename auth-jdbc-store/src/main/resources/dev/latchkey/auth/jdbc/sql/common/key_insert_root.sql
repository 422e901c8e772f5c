insert into ${tables}root_keys (issuer, root_id, created_at, sealed_key)
values (:issuer, :root, :createdAt, :sealed)
