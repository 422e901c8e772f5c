-- The rules of sessions: dev.latchkey.auth.session.AccountSessions said again, in its names and its order of
-- judgement. Library of the session scripts. A transition returns its answer and whether it changed the record.
--
-- The record of an account is an array: format, sessions (in the order in which they began), and a table of the
-- tokens that were ended alone, each with the time until which it is remembered. A session is an array:
--   id, device, generation, created at, last used at, idle until, expires at, last call, and two texts that mean
--   nothing here

local SESSIONS_FORMAT = 1
local SESSIONS, ENDED_TOKENS = 2, 3
local ID, DEVICE, GENERATION, CREATED_AT, LAST_USED_AT = 1, 2, 3, 4, 5
local IDLE_UNTIL, EXPIRES_AT, LAST_CALL = 6, 7, 8

local function read_sessions(key)
  return read_record(key, SESSIONS_FORMAT) or {SESSIONS_FORMAT, {}, {}}
end

local function ends_at(session)
  return math.min(session[IDLE_UNTIL], session[EXPIRES_AT])
end

-- What has not reached its end, a session from a clock that is ahead included.
local function kept(record, now)
  return filter(record[SESSIONS], function(session) return now < ends_at(session) end)
end

local function is_kept(record, id, now)
  return #filter(kept(record, now), function(session) return session[ID] == id end) > 0
end

local function find(record, id, skew, now)
  return filter(kept(record, now), function(session)
    return session[ID] == id and session[CREATED_AT] <= now + skew
  end)[1]
end

local function ids(sessions)
  local all = {}
  for i, session in ipairs(sessions) do
    all[i] = session[ID]
  end
  return all
end

local function remembered(record, now)
  local tokens, count = {}, 0
  for token, last in pairs(record[ENDED_TOKENS]) do
    if now < last then
      tokens[token] = last
      count = count + 1
    end
  end
  return tokens, count
end

local function change(record, sessions, now)
  record[SESSIONS] = sessions
  record[ENDED_TOKENS] = remembered(record, now)
end

local function with_id(id)
  return function(session) return session[ID] == id end
end

local function without_id(id)
  return function(session) return session[ID] ~= id end
end

local function everyone()
  return true
end

local function nobody()
  return false
end

local function start_session(record, session, max, now)
  if #filter(record[SESSIONS], with_id(session[ID])) > 0 then
    return {}, false
  end
  local live = kept(record, now)
  live[#live + 1] = session
  local gone = ids({unpack(live, 1, math.max(0, #live - max))})
  change(record, newest(live, max), now)
  return gone, true
end

local function was_rotated_within(session, window, skew, now)
  return window > 0 and now < session[LAST_USED_AT] + window and session[LAST_USED_AT] <= now + skew
end

local function end_if(record, ends, now)
  local ended, rest = {}, {}
  for _, session in ipairs(kept(record, now)) do
    local list = ends(session) and ended or rest
    list[#list + 1] = session
  end
  if #ended > 0 then
    change(record, rest, now)
  end
  return ids(ended), #ended > 0
end

-- Answers, besides, which sessions are ended.
local function rotate_session(record, rotation, skew, now)
  local session = find(record, rotation.session, skew, now)
  if not session then
    return {'not_live'}, {}, false
  end
  if rotation.device ~= session[DEVICE] then
    return {'wrong_device', session}, {}, false
  end
  if rotation.generation == session[GENERATION] then
    local all = kept(record, now)
    session[GENERATION] = session[GENERATION] + 1
    session[LAST_USED_AT] = now
    session[IDLE_UNTIL] = now + rotation.idle
    session[LAST_CALL] = rotation.call
    change(record, all, now)
    return {'rotated', session, 0}, {}, true
  end
  if rotation.generation > session[GENERATION] then
    return {'ahead'}, end_if(record, with_id(session[ID]), now)
  end
  local parent = rotation.generation == session[GENERATION] - 1
  local same_call = rotation.call == session[LAST_CALL]
  if parent and (same_call or was_rotated_within(session, rotation.retry_window, skew, now)) then
    return {'rotated', session, 1}, {}, false
  end
  local ended = end_if(record, everyone, now)
  return {'reused', ended}, ended, true
end

-- Never forgets a token that is still good: past the bound it ends everything instead.
local function end_token(record, token, last, max, now)
  local tokens, count = remembered(record, now)
  if not tokens[token] then
    count = count + 1
  end
  if count > max then
    return end_if(record, everyone, now)
  end
  -- The later end: ending a token again, from a node with less leeway, forgets it no sooner.
  tokens[token] = math.max(last, tokens[token] or last)
  record[SESSIONS] = kept(record, now)
  record[ENDED_TOKENS] = tokens
  return {}, true
end

local function end_scope(record, scope, max_tokens, now)
  if scope.kind == 'token' then
    return end_token(record, scope.name, scope.last, max_tokens, now)
  end
  local asks = is_kept(record, scope.name, now)
  local ends = {
    one = with_id(scope.name),
    others = asks and without_id(scope.name) or nobody,
    all_by = asks and everyone or nobody,
    all = everyone,
  }
  return end_if(record, ends[scope.kind], now)
end

local function is_live(record, id, token, skew, now)
  return find(record, id, skew, now) ~= nil and record[ENDED_TOKENS][token] == nil
end

-- From when on the record says no more than an empty one does; 0 if it says nothing.
local function sessions_expire_at(record)
  local last = 0
  for _, session in ipairs(record[SESSIONS]) do
    last = math.max(last, ends_at(session))
  end
  for _, remembered_until in pairs(record[ENDED_TOKENS]) do
    last = math.max(last, remembered_until)
  end
  return last
end

local function keep_sessions(key, record, now, changed)
  if changed then
    keep_record(key, record, sessions_expire_at(record), now)
  end
end

local function tell_sessions(stream, ended, kept, now)
  if #ended > 0 then
    tell(stream, now, kept, 'sessions', table.concat(ended, ' '))
  end
end
