-- What every script begins with: who the server is, and how the caller stands. KEYS: shelf, then one record per table. ARGV:
-- incarnation of the server and epoch of the database as the caller knows them, the caller's name, then what the script says.
--
-- The shelf holds what belongs together, so that nothing of it can be lost alone: born (the incarnation it was made ready
-- for), epoch, gen (begins all versions), f:<origin> (the floor), b:<instance> (until when it lives), seq (the number of the
-- last change), all (the number of the last one that changed every record), til (until when all instances live, or less).
-- Each record has n, the number of the last change of its own: where n and all are as before, the record says what it said.
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

local stands = redis.call('HMGET', SHELF, 'born', 'epoch', 'gen', 'seq', 'all', 'til', 'b:' .. ME)
local born, gen, sequence, all, til, lives = stands[1], stands[3], stands[4], stands[5], stands[6], stands[7]
local epoch = stands[2] or ''

local function answer(status, ...)
  return { status, string.format('%.0f', now), incarnation, ... }
end
