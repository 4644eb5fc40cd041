-- What every script begins with. KEYS: shelf, then one record per table. ARGV: incarnation of the server and epoch of the
-- database as the caller knows them, the caller's name, then what the script says.
--
-- The shelf holds what belongs together, so that nothing of it can be lost alone: born (the incarnation it was made ready
-- for), epoch, gen (begins all versions), f:<origin> (the floor), b:<instance> (until when it lives), seq (the number of the
-- last push).
local SHELF = KEYS[1]
local INCARNATION, EPOCH, ME = ARGV[1], ARGV[2], ARGV[3]

-- Byte by byte and without patterns where it is often: most of what a script costs is Lua.
local find, sub, byte = string.find, string.sub, string.byte
local COLON = 58

local replication = redis.call('INFO', 'replication')
local at = select(2, find(replication, 'master_replid:', 1, true))
local incarnation = sub(replication, at + 1, at + 40)
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)

local shelf = {}
local shelved = redis.call('HGETALL', SHELF)
for i = 1, #shelved, 2 do
  shelf[shelved[i]] = shelved[i + 1]
end
local epoch = shelf['epoch'] or ''

local function answer(status, ...)
  return { status, string.format('%.0f', now), incarnation, ... }
end

-- Positions are kept as 20 digits, which compare as text: a Lua number cannot hold them.
local function merge(key, prefix, from)
  for i = from, #ARGV, 2 do
    local field = prefix .. ARGV[i]
    local known = redis.call('HGET', key, field)
    if not known or known < ARGV[i + 1] then
      redis.call('HSET', key, field, ARGV[i + 1])
    end
  end
end

-- Names and values of the fields that begin with the letter and a colon.
local function startingWith(letter, fields)
  local first = byte(letter)
  local found, n = {}, 0
  for i = 1, #fields, 2 do
    local field = fields[i]
    if byte(field, 2) == COLON and byte(field) == first then
      found[n + 1] = sub(field, 3)
      found[n + 2] = fields[i + 1]
      n = n + 2
    end
  end
  return found
end

local function floor()
  return startingWith('f', shelved)
end

-- Refusals: nil where there is none.

-- The server is another than the caller put its tokens into, or one that others do not write.
local function elsewhere()
  if incarnation ~= INCARNATION or not find(replication, 'role:master', 1, true) then
    return answer('recover')
  end
end

-- Nobody has made sure yet that what a failover lost does not matter.
local function unborn()
  if shelf['born'] ~= incarnation then
    return answer('unborn')
  end
end

local function ofAnotherEpoch()
  if epoch ~= EPOCH then
    return answer('epoch', epoch, floor())
  end
end

local function stranger()
  if not shelf['b:' .. ME] then
    return answer('stranger')
  end
end

local alive = nil

-- Names of those that have fallen silent, each with until when it lived.
local function lapsed()
  local found = {}
  for i = 1, #shelved, 2 do
    local field = shelved[i]
    if byte(field, 2) == COLON and byte(field) == 98 and tonumber(shelved[i + 1]) < now then
      local instance = sub(field, 3)
      if instance ~= alive then
        found[#found + 1] = instance
        found[#found + 1] = shelved[i + 1]
      end
    end
  end
  return found
end

local function incomplete()
  local absent = lapsed()
  if #absent > 0 then
    return answer('missing', absent)
  end
end

-- Records.

-- Of an earlier epoch nothing is kept but that the record exists: the floor holds all that was written then.
local function ofThisEpoch(record)
  if redis.call('HGET', record, 'epoch') ~= EPOCH then
    local fields = redis.call('HGETALL', record)
    for i = 1, #fields, 2 do
      local kind = string.sub(fields[i], 1, 2)
      if kind == 'p:' or kind == 't:' then
        redis.call('HDEL', record, fields[i])
      end
    end
    redis.call('HSET', record, 'epoch', EPOCH)
  end
end

local function written(record, version, from)
  if redis.call('HEXISTS', record, 'ver') == 1 then
    merge(record, 'p:', from)
    redis.call('HSET', record, 'ver', version)
  end
end

-- Triples: number of a record, token, session.
local function mark(from)
  for i = from, #ARGV, 3 do
    redis.call('HSET', KEYS[1 + tonumber(ARGV[i])], 't:' .. ARGV[i + 1], ARGV[i + 2])
  end
end

local function beat(til)
  local known = shelf['b:' .. ME]
  if not known or tonumber(known) < tonumber(til) then
    redis.call('HSET', SHELF, 'b:' .. ME, til)
    alive = ME
  end
end

-- Pushes.

local sequence = shelf['seq']

-- Tells whoever mirrors records that those from this key on have changed, or all without one. Numbers begin with the time, so
-- that none comes again where the last one was lost. Who may not publish makes others ask, and fails no commit.
local function push(from)
  if not sequence then
    redis.call('HSET', SHELF, 'seq', string.format('%.0f', now * 1000))
  end
  sequence = string.format('%.0f', redis.call('HINCRBY', SHELF, 'seq', 1))
  local first = from and #KEYS < 1000 and from or #KEYS + 1
  redis.pcall('PUBLISH', SHELF, table.concat({ incarnation, sequence, unpack(KEYS, first) }, '\0'))
end

local function standing()
  return answer('ok', shelf['born'] == incarnation and 'ready' or 'unborn', lapsed(), sequence or '')
end
