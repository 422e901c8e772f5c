-- Whoever asks for a table waits behind a migration that waits for it: so it waits shortly, and
-- comes back. A migration at work takes the time that it takes.
set local lock_timeout = 2000;
set local statement_timeout = 0
