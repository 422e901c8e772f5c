-- Never earlier than before: the ended tokens are not read by every call.
update ${tables}session_accounts
set keep_until = case when keep_until < :keepUntil then :keepUntil else keep_until end,
    version = version + 1
where account_id = :account
