-- Makes missing records whose mark has stood for a lease. ARGV[4]: version, then one mark for each record, then the
-- position, polled after the lease.
local refusal = elsewhere() or unborn() or ofAnotherEpoch() or stranger() or incomplete()
if refusal then
  return refusal
end
for i = 2, #KEYS do
  local stands = redis.call('HGET', KEYS[i], 'mark') == ARGV[3 + i]
  if stands and redis.call('HEXISTS', KEYS[i], 'ver') == 0 then
    ofThisEpoch(KEYS[i])
    merge(KEYS[i], 'p:', 4 + #KEYS)
    redis.call('HSET', KEYS[i], 'ver', ARGV[4])
    redis.call('HDEL', KEYS[i], 'mark')
  end
end
push(2)
return answer('ok')
