-- Whoever asks for a table waits behind a migration that waits for it: so it waits shortly, and
-- comes back. By default it would wait for a day.
set @latchkey_lock_wait = @@session.lock_wait_timeout, @@session.lock_wait_timeout = 2
