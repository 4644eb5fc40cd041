-- What the scripts share, behind what they begin with (server.lua).

-- All that is on the shelf, of which there is more with each instance: most scripts do without.
local shelved
local function onShelf()
  shelved = shelved or redis.call('HGETALL', SHELF)
  return shelved
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
  return startingWith('f', onShelf())
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
  if born ~= incarnation then
    return answer('unborn')
  end
end

local function ofAnotherEpoch()
  if epoch ~= EPOCH then
    return answer('epoch', epoch, floor())
  end
end

local function stranger()
  if not lives then
    return answer('stranger')
  end
end

-- Names of those that have fallen silent, each with until when it lived.
local function lapsed()
  local beats, found = startingWith('b', onShelf()), {}
  for i = 1, #beats, 2 do
    if tonumber(beats[i + 1]) < now then
      found[#found + 1] = beats[i]
      found[#found + 1] = beats[i + 1]
    end
  end
  return found
end

local function incomplete()
  if til and tonumber(til) >= now then
    return
  end
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

-- Only here does 'til' grow.
local function beat(til)
  if not lives or tonumber(lives) < tonumber(til) then
    redis.call('HSET', SHELF, 'b:' .. ME, til)
  end
  local beats, earliest = startingWith('b', onShelf()), til
  for i = 2, #beats, 2 do
    if tonumber(beats[i]) < tonumber(earliest) then
      earliest = beats[i]
    end
  end
  redis.call('HSET', SHELF, 'til', earliest)
end

-- Changes.

-- Numbers the change of the records from this key on, or of all without one, and tells whoever mirrors them. Numbers begin
-- with the time, so that none comes again where the last one was lost. Who may not publish makes others ask, and fails no
-- commit.
local function push(from)
  if not sequence then
    redis.call('HSET', SHELF, 'seq', string.format('%.0f', now * 1000))
  end
  sequence = string.format('%.0f', redis.call('HINCRBY', SHELF, 'seq', 1))
  local first = from and #KEYS < 1000 and from or #KEYS + 1
  if first > #KEYS then
    redis.call('HSET', SHELF, 'all', sequence)
  end
  for i = first, #KEYS do
    redis.call('HSET', KEYS[i], 'n', sequence)
  end
  redis.pcall('PUBLISH', SHELF, table.concat({ incarnation, sequence, unpack(KEYS, first) }, '\0'))
end

local function standing()
  return answer('ok', born == incarnation and 'ready' or 'unborn', lapsed(), sequence or '')
end
