insert into ${tables}key_ring_secrets (issuer, secret_id, wrapped_key)
values (:issuer, :secret, :wrapped)
