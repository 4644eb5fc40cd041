-- Moves to a later epoch of the database, or reads the present one anew. ARGV[4]: generation, then the floor.
local refusal = elsewhere()
if refusal then
  return refusal
end
if epoch > EPOCH then
  return ofAnotherEpoch()
end
if epoch ~= EPOCH then
  local before = floor()
  for i = 1, #before, 2 do
    redis.call('HDEL', SHELF, 'f:' .. before[i])
  end
  redis.call('HSET', SHELF, 'epoch', EPOCH)
end
merge(SHELF, 'f:', 5)
redis.call('HSET', SHELF, 'gen', ARGV[4])
return answer('ok')
