-- Ends the recovery of this incarnation. ARGV[4]: generation of all versions, ARGV[5]: how many instances the database
-- server knows, then those, then the floor.
local refusal = elsewhere() or ofAnotherEpoch() or stranger()
if refusal then
  return refusal
end
if born == incarnation then
  return answer('ok')
end
local instances = tonumber(ARGV[5])
for i = 6, 5 + instances do
  redis.call('HSETNX', SHELF, 'b:' .. ARGV[i], '0')
  redis.call('HSET', SHELF, 'til', '0')
end
merge(SHELF, 'f:', 6 + instances)
redis.call('HSET', SHELF, 'gen', ARGV[4])
redis.call('HSET', SHELF, 'born', incarnation)
push()
return answer('ok')
