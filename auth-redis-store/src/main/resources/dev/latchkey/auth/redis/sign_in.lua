-- The rules of sign-ins: dev.latchkey.auth.otp.SignInState said again, in its names and its order of judgement.
-- Library of the otp scripts. A transition returns its answer and, if it changed the record, true.
--
-- The record of an identifier is an array, each part of it another. Not kept is what no rule reads.
--   record     format, challenges (the oldest first), strangers' lane, ceiling (the bytes of a log), devices (the
--              newest last), history in which the challenges were opened
--   challenge  id, guesses, codes (the newest last)
--   code       hash, created at, expires at
--   lane       failures, last failure at, kind of penalty, until, name of the lock or ''
--   device     name of its lane, id, lane, known until
-- Times are milliseconds since the epoch, 0 for never. A device that showed no token is ''.

local SIGN_IN_FORMAT = 1
local CHALLENGES, STRANGERS, CEILING, DEVICES, HISTORY = 2, 3, 4, 5, 6
local ID, GUESSES, CODES = 1, 2, 3
local HASH, CREATED_AT, EXPIRES_AT = 1, 2, 3
local FAILURES, LAST_AT, KIND, UNTIL, LOCK = 1, 2, 3, 4, 5
local NAME, DEVICE, LANE, KNOWN_UNTIL = 1, 2, 3, 4
local NONE, LOCKED = 0, 2
local CLEAR = {0, 0, NONE, 0, ''}

-- The numbers of OtpRules as the store writes them, and the constants beside them: one text, so that they are
-- read once. Penalties come last, a kind and a duration each.
local function read_rules(text)
  local n = {}
  for number in string.gmatch(text, '%d+') do
    n[#n + 1] = tonumber(number)
  end
  local penalties = {}
  for i = 15, #n, 2 do
    penalties[#penalties + 1] = {kind = n[i], duration = n[i + 1]}
  end
  return {
    max_attempts = n[1], short_code_attempts = n[2], max_open = n[3], spare = n[4], max_codes = n[5],
    resend_after = n[6], max_devices = n[7], device_lifetime = n[8], max_failures = n[9], max_skew = n[10],
    ceiling = n[11], ceiling_window = n[12], ceiling_lock = n[13], memory = n[14], penalties = penalties,
  }
end

-- A code of another history may have been used there, and this one not know of it: it is used in neither any more.
local function read_sign_in(key)
  local here = history()
  local record = read_record(key, SIGN_IN_FORMAT) or {SIGN_IN_FORMAT, {}, CLEAR, '', {}, here}
  if record[HISTORY] ~= here then
    record[CHALLENGES], record[HISTORY] = {}, here
  end
  return record
end

-- Lanes. They are never changed in place: CLEAR is shared.

local function held_by(lane, now)
  return now < lane[UNTIL] and lane[KIND] or NONE
end

local function is_locked_by(lane, lock, now)
  return held_by(lane, now) == LOCKED and lane[LOCK] == lock
end

local function kept_until(lane, memory)
  local remembered = lane[FAILURES] == 0 and 0 or lane[LAST_AT] + memory
  return math.max(remembered, lane[UNTIL])
end

local function as_of(lane, memory, now)
  return now < kept_until(lane, memory) and lane or CLEAR
end

local function failed(lane, penalty, lock, now)
  local at = math.max(now, lane[LAST_AT])
  return {lane[FAILURES] + 1, at, penalty.kind, at + penalty.duration, penalty.kind == LOCKED and lock or ''}
end

local function penalty_after(rules, failures)
  return rules.penalties[math.min(failures, #rules.penalties)]
end

local function until_lock(rules, failures)
  for next = failures + 1, math.max(failures + 1, #rules.penalties) do
    if penalty_after(rules, next).kind == LOCKED then
      return next - failures
    end
  end
  return math.huge
end

local function attempts_left(penalty, otherwise, failures, rules)
  return penalty.kind == LOCKED and 0 or math.min(otherwise, until_lock(rules, failures))
end

-- Devices.

local function is_open(device, rules, now)
  return now < device[KNOWN_UNTIL]
      and as_of(device[LANE], rules.memory, now)[FAILURES] < rules.max_failures
end

local function known(record, id, rules, now)
  return filter(record[DEVICES], function(device)
    return device[DEVICE] == id and is_open(device, rules, now)
  end)[1]
end

-- Without those whose time is over: they may be gone from the record, or not yet.
local function locked_device(record, lock, now)
  return filter(record[DEVICES], function(device)
    return now < device[KNOWN_UNTIL] and is_locked_by(device[LANE], lock, now)
  end)[1]
end

-- With this device as the newest, in place of any of its name or id.
local function with_device(devices, added, rules)
  local all = filter(devices, function(device)
    return device[NAME] ~= added[NAME] and device[DEVICE] ~= added[DEVICE]
  end)
  all[#all + 1] = added
  return newest(all, rules.max_devices)
end

-- Challenges. Hashes are compared as they are: a candidate is an HMAC under a key that this server does not
-- have, so how long a comparison takes tells nothing about the code.

local function is_code_live(code, rules, now)
  return now < code[EXPIRES_AT] and code[CREATED_AT] <= now + rules.max_skew
end

local function is_challenge_live(challenge, rules, now)
  return #filter(newest(challenge[CODES], rules.max_codes), function(code)
    return is_code_live(code, rules, now)
  end) > 0
end

local function holds(challenge, hash)
  return #filter(challenge[CODES], function(code) return code[HASH] == hash end) > 0
end

local function matches(challenge, hash, rules, now)
  return #filter(newest(challenge[CODES], rules.max_codes), function(code)
    return code[HASH] == hash and is_code_live(code, rules, now)
  end) > 0
end

local function ends_at(challenge)
  local last = 0
  for _, code in ipairs(challenge[CODES]) do
    last = math.max(last, code[EXPIRES_AT])
  end
  return last
end

local function live(record, now)
  return filter(record[CHALLENGES], function(challenge) return now < ends_at(challenge) end)
end

-- Without the spare ones: what a guess closes brings no challenge back that was pushed out.
local function counting(record, rules, now)
  return newest(live(record, now), rules.max_open)
end

local function find(record, id, attempts, rules, now)
  return filter(counting(record, rules, now), function(challenge)
    return challenge[ID] == id and is_challenge_live(challenge, rules, now) and challenge[GUESSES] < attempts
  end)[1]
end

local function replaced(challenges, id, replacement)
  local all = {}
  for i, challenge in ipairs(challenges) do
    all[i] = challenge[ID] == id and replacement(challenge) or challenge
  end
  return all
end

local function resend_at(challenge, rules)
  return challenge[CODES][#challenge[CODES]][CREATED_AT] + rules.resend_after
end

-- Transitions.

-- Keeps what a transition made, without lanes and devices that are forgotten by now.
local function change(record, challenges, strangers, devices, rules, now)
  record[CHALLENGES] = challenges
  record[STRANGERS] = as_of(strangers, rules.memory, now)
  record[DEVICES] = filter(devices, function(device) return now < device[KNOWN_UNTIL] end)
end

local function sign_in_status(record, challenge, device, rules, now)
  local own = known(record, device, rules, now)
  local lane = own and own[LANE] or record[STRANGERS]
  local kind = held_by(lane, now)
  local held = kind ~= NONE
  local found = find(record, challenge, rules.max_attempts, rules, now)
  return {
    kind, held and lane[UNTIL] or 0, held and lane[LOCK] or '', own and own[NAME] or '',
    found and resend_at(found, rules) or -1,
  }
end

local function locked(record, device, rules, now)
  local own = known(record, device, rules, now)
  local lane = own and own[LANE] or record[STRANGERS]
  return held_by(lane, now) == LOCKED and {'locked', lane[UNTIL], lane[LOCK]} or nil
end

local function open_challenge(record, challenge, code, device, rules, now)
  local refusal = locked(record, device, rules, now)
  if refusal then
    return refusal
  end
  if find(record, challenge, rules.max_attempts, rules, now) then
    return {'opened'}
  end
  local open = live(record, now)
  open[#open + 1] = {challenge, 0, {code}}
  change(record, newest(open, rules.max_open + rules.spare), record[STRANGERS], record[DEVICES], rules, now)
  return {'opened'}, true
end

local function add_code(record, challenge, code, device, rules, now)
  local refusal = locked(record, device, rules, now)
  if refusal then
    return refusal
  end
  local found = find(record, challenge, rules.max_attempts, rules, now)
  if not found then
    return {'gone'}
  end
  if holds(found, code[HASH]) then
    return {'opened'}
  end
  local allowed_at = resend_at(found, rules)
  if now < allowed_at then
    return {'early', allowed_at}
  end
  change(record, replaced(live(record, now), challenge, function(kept)
    local codes = newest(kept[CODES], rules.max_codes)
    codes[#codes + 1] = code
    return {challenge, kept[GUESSES], codes}
  end), record[STRANGERS], record[DEVICES], rules, now)
  return {'opened'}, true
end

local function withdraw(record, challenge, hash)
  local held = false
  record[CHALLENGES] = filter(record[CHALLENGES], function(kept)
    if kept[ID] == challenge and holds(kept, hash) then
      held = true
      kept[CODES] = filter(kept[CODES], function(code) return code[HASH] ~= hash end)
    end
    return #kept[CODES] > 0
  end)
  return held and 1 or 0, held
end

local function right(record, guess, own, rules, now)
  local others = filter(counting(record, rules, now), function(challenge)
    return challenge[ID] ~= guess.challenge
  end)
  local device = guess.device ~= '' and guess.device or guess.newcomer
  local cleared = {device, device, CLEAR, now + rules.device_lifetime}
  change(record, others, own and record[STRANGERS] or CLEAR, with_device(record[DEVICES], cleared, rules), rules, now)
  return {'right'}, true
end

-- A stranger's wrong code, which the ceiling counts too.
local function stranger_failed(record, guess, open, challenge_left, rules, now)
  local ceiling = unpack_log(record[CEILING])
  local until_ceiling = admit(ceiling, {{limit = rules.ceiling, period = rules.ceiling_window}}, now).remaining
  record[CEILING] = pack_log(ceiling)
  local before = as_of(record[STRANGERS], rules.memory, now)
  local failures = before[FAILURES] + 1
  local penalty = until_ceiling == 0 and {kind = LOCKED, duration = rules.ceiling_lock}
      or penalty_after(rules, failures)
  local left = attempts_left(penalty, math.min(challenge_left, until_ceiling), failures, rules)
  change(record, open, failed(before, penalty, guess.lock, now), record[DEVICES], rules, now)
  return {'wrong', failures, left, penalty.kind, penalty.duration, 0}, true
end

-- A known device's wrong code, which is nobody else's.
local function device_failed(record, guess, own, open, challenge_left, rules, now)
  local before = as_of(own[LANE], rules.memory, now)
  local failures = before[FAILURES] + 1
  local penalty = penalty_after(rules, failures)
  own[LANE] = failed(before, penalty, guess.lock, now)
  change(record, open, record[STRANGERS], record[DEVICES], rules, now)
  return {
    'wrong', failures, attempts_left(penalty, challenge_left, failures, rules), penalty.kind, penalty.duration, 1,
  }, true
end

local function is_running(record, lock, now)
  return is_locked_by(record[STRANGERS], lock, now) or locked_device(record, lock, now) ~= nil
end

-- What was answered to this very guess, if it brought the lock that is running: a call that is delivered twice
-- must not hide from its caller that there is a lock to mail.
local function locked_again(record, guess, now)
  local strangers = is_locked_by(record[STRANGERS], guess.lock, now) and record[STRANGERS]
  local device = locked_device(record, guess.lock, now)
  local lane = strangers or device and device[LANE]
  return lane and {'wrong', lane[FAILURES], 0, LOCKED, lane[UNTIL] - lane[LAST_AT], strangers and 0 or 1}
end

local function guess_code(record, guess, rules, now)
  local again = locked_again(record, guess, now)
  if again then
    return again
  end
  local own = known(record, guess.device, rules, now)
  local lane = own and own[LANE] or record[STRANGERS]
  local held = held_by(lane, now)
  if held ~= NONE then
    return {'held', held, lane[UNTIL]}
  end
  local attempts = guess.six_digits and rules.short_code_attempts or rules.max_attempts
  local found = find(record, guess.challenge, attempts, rules, now)
  if not found then
    return {'expired'}
  end
  if matches(found, guess.candidate, rules, now) then
    return right(record, guess, own, rules, now)
  end
  local guessed = {found[ID], found[GUESSES] + 1, found[CODES]}
  local open = replaced(counting(record, rules, now), guess.challenge, function() return guessed end)
  open = filter(open, function(challenge) return challenge[GUESSES] < rules.max_attempts end)
  local challenge_left = attempts - guessed[GUESSES]
  if own then
    return device_failed(record, guess, own, open, challenge_left, rules, now)
  end
  return stranger_failed(record, guess, open, challenge_left, rules, now)
end

local function unlock(record, unlock, rules, now)
  if unlock.for_lock and not is_running(record, unlock.grant, now) then
    return 'refused'
  end
  local own = known(record, unlock.device, rules, now)
  if own and held_by(own[LANE], now) ~= LOCKED then
    return 'kept'
  end
  local shared = filter(record[DEVICES], function(device) return device[NAME] == unlock.grant end)[1]
  local opened = {unlock.grant, unlock.newcomer, shared and shared[LANE] or CLEAR, now + rules.device_lifetime}
  change(record, record[CHALLENGES], record[STRANGERS], with_device(record[DEVICES], opened, rules), rules, now)
  return 'replaced', true
end

local function forget_devices(record)
  local count = #record[DEVICES]
  record[DEVICES] = {}
  return count, count > 0
end

-- Keeping.

-- From when on the record says no more than an empty one does.
local function sign_in_expires_at(record, rules)
  local last = math.max(kept_until(record[STRANGERS], rules.memory), unpack_log(record[CEILING]).keep_until)
  for _, challenge in ipairs(record[CHALLENGES]) do
    last = math.max(last, ends_at(challenge))
  end
  for _, device in ipairs(record[DEVICES]) do
    last = math.max(last, device[KNOWN_UNTIL])
  end
  return last
end

local function keep_sign_in(key, record, rules, now, changed)
  if changed then
    keep_record(key, record, sign_in_expires_at(record, rules), now)
  end
end

-- After a verb that only takes away, and is not told the rules: what is left needs no longer than before.
local function keep_rest(key, record, now, changed)
  if changed then
    local is_empty = #record[CHALLENGES] == 0 and #record[DEVICES] == 0 and #record[CEILING] == 0
        and record[STRANGERS][FAILURES] == 0 and record[STRANGERS][UNTIL] == 0
    keep_record(key, record, is_empty and 0 or nil, now)
  end
end
