-- Locks an identifier: whoever changes anything of it waits here. Answers the server's time.
select ${now} from ${tables}lockouts where identity = :identity for update
