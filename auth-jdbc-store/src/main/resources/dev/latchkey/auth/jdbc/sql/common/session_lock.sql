-- Locks an account: whoever changes its sessions waits here, but for a refresh in its usual course.
-- Answers the server's time.
select ${now} from ${tables}session_accounts where account_id = :account for update
