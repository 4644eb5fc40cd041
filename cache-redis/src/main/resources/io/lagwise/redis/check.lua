-- Reads the records: of each its version, its commits under way, its positions and the number of its last change, all at one
-- moment. Who knows what they said is told what has changed since; see same.lua.
local refusal = elsewhere() or unborn() or ofAnotherEpoch() or stranger() or incomplete()
if refusal then
  return refusal
end
local known = ARGV[4] == all
local records = {}
local generation = gen .. '/'
local T = byte('t')
for i = 2, #KEYS do
  if known and redis.call('HGET', KEYS[i], 'n') == ARGV[3 + i] then
    records[i - 1] = ''
  else
    local fields = redis.call('HGETALL', KEYS[i])
    local version, tokens, positions, current, number = '', {}, {}, false, ''
    for f = 1, #fields, 2 do
      local field = fields[f]
      if byte(field, 2) == COLON then
        local of = byte(field) == T and tokens or positions
        of[#of + 1] = sub(field, 3)
        of[#of + 1] = fields[f + 1]
      elseif field == 'n' then
        number = fields[f + 1]
      elseif field == 'ver' then
        version = generation .. fields[f + 1]
      elseif field == 'epoch' then
        current = fields[f + 1] == EPOCH
      end
    end
    records[i - 1] = { version, current and tokens or {}, current and positions or {}, number }
  end
end
return answer('ok', all or '', known and {} or floor(), records)
