select secret_id, wrapped_key from ${tables}key_ring_secrets where issuer = :issuer
