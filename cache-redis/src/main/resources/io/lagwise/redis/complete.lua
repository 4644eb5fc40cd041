-- W3: merges the position, renews the version and removes the token. ARGV[4]: token, ARGV[5]: version, then positions.
-- A missing record stays missing.
local refusal = elsewhere() or stranger()
if refusal then
  return refusal
end
if epoch < EPOCH then
  return ofAnotherEpoch()
end
for i = 2, #KEYS do
  if epoch == EPOCH then
    ofThisEpoch(KEYS[i])
    written(KEYS[i], ARGV[5], 6)
  end
  redis.call('HDEL', KEYS[i], 't:' .. ARGV[4])
end
push(2)
return answer('ok')
