-- Moves to a later epoch of the database, or reads the present one anew. ARGV[4]: generation, ARGV[5]: whether the caller has
-- seen the writer 'always' since it came, or lost sight of it, then the floor.
local function othersAlive()
  local beats = startingWith('b', onShelf())
  for i = 1, #beats, 2 do
    if beats[i] ~= ME and tonumber(beats[i + 1]) >= now then
      return true
    end
  end
  return false
end

local refusal = elsewhere()
if refusal then
  return refusal
end
if epoch > EPOCH then
  return ofAnotherEpoch()
end
if epoch == EPOCH and ARGV[5] == 'always' and othersAlive() then
  -- What the writer may have lost before, the others have noticed.
  return answer('ok')
end
if epoch ~= EPOCH then
  local before = floor()
  for i = 1, #before, 2 do
    redis.call('HDEL', SHELF, 'f:' .. before[i])
  end
  redis.call('HSET', SHELF, 'epoch', EPOCH)
end
merge(SHELF, 'f:', 6)
redis.call('HSET', SHELF, 'gen', ARGV[4])
push()
return answer('ok')
