-- Takes the caller in, for the first time or again, together with all that it knows. ARGV[4]: end, ARGV[5]: version,
-- ARGV[6]: how many records at the front were written, ARGV[7]: how many words of positions follow, then those, then
-- tokens as of mark().
local refusal = elsewhere() or ofAnotherEpoch()
if refusal then
  return refusal
end
local positions = tonumber(ARGV[7])
for i = 2, #KEYS do
  ofThisEpoch(KEYS[i])
end
for i = 2, 1 + tonumber(ARGV[6]) do
  if redis.call('HEXISTS', KEYS[i], 'ver') == 1 then
    for p = 8, 7 + positions, 2 do
      local field = 'p:' .. ARGV[p]
      local known = redis.call('HGET', KEYS[i], field)
      if not known or known < ARGV[p + 1] then
        redis.call('HSET', KEYS[i], field, ARGV[p + 1])
      end
    end
    redis.call('HSET', KEYS[i], 'ver', ARGV[5])
  end
end
beat(ARGV[4])
mark(8 + positions)
if #KEYS > 1 then
  push(2)
end
return standing()
