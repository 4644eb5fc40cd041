-- Strikes an instance off that the database server no longer knows. ARGV[4]: its name, ARGV[5]: generation, then the
-- floor, polled after the server said so.
local refusal = elsewhere() or unborn() or ofAnotherEpoch() or stranger()
if refusal then
  return refusal
end
local til = shelf['b:' .. ARGV[4]]
if til and tonumber(til) < now then
  redis.call('HDEL', SHELF, 'b:' .. ARGV[4])
  merge(SHELF, 'f:', 6)
  redis.call('HSET', SHELF, 'gen', ARGV[5])
end
push()
return answer('ok')
