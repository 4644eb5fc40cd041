-- W1: puts a token into every record. ARGV[4]: token, ARGV[5]: session.
local refusal = elsewhere() or ofAnotherEpoch() or stranger()
if refusal then
  return refusal
end
for i = 2, #KEYS do
  ofThisEpoch(KEYS[i])
  redis.call('HSET', KEYS[i], 't:' .. ARGV[4], ARGV[5])
end
return answer('ok')
