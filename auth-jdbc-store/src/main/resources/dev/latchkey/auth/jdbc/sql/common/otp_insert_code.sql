insert into ${tables}one_time_codes
  (identity, challenge, opened_at, guesses,
   newest_hash, newest_created_at, newest_expires_at,
   previous_hash, previous_created_at, previous_expires_at,
   oldest_hash, oldest_created_at, oldest_expires_at, position)
values (:identity, :challenge, :openedAt, :guesses,
        :newestHash, :newestCreatedAt, :newestExpiresAt,
        :previousHash, :previousCreatedAt, :previousExpiresAt,
        :oldestHash, :oldestCreatedAt, :oldestExpiresAt, :position)
