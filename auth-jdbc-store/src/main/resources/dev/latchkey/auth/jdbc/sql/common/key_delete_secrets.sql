delete from ${tables}key_ring_secrets where issuer = :issuer
