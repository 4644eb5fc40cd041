-- Strikes an instance off that the database server no longer knows, unless it was back meanwhile. ARGV[4]: its name,
-- ARGV[5]: generation, ARGV[6]: until when it lived as the server was asked, then the floor, polled after the server said so.
local refusal = elsewhere() or unborn() or ofAnotherEpoch() or stranger()
if refusal then
  return refusal
end
if redis.call('HGET', SHELF, 'b:' .. ARGV[4]) == ARGV[6] then
  redis.call('HDEL', SHELF, 'b:' .. ARGV[4])
  merge(SHELF, 'f:', 7)
  redis.call('HSET', SHELF, 'gen', ARGV[5])
end
push()
return answer('ok')
