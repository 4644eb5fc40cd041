-- W1: puts a token into every record but the first, which is the catalog's. ARGV[4]: token, ARGV[5]: session. Answers the
-- catalog's version, or nothing where it is missing or about to change.
local refusal = elsewhere() or ofAnotherEpoch() or stranger()
if refusal then
  return refusal
end
local catalog = redis.call('HGETALL', KEYS[2])
local version = ''
for i = 1, #catalog, 2 do
  if catalog[i] == 'ver' then
    version = (gen or '') .. '/' .. catalog[i + 1]
  end
end
if #startingWith('t', catalog) > 0 then
  version = ''
end
for i = 3, #KEYS do
  ofThisEpoch(KEYS[i])
  redis.call('HSET', KEYS[i], 't:' .. ARGV[4], ARGV[5])
end
push(3)
return answer('ok', version)
