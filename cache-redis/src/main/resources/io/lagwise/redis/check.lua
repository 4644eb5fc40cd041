-- Reads the records: of each its version, its commits under way and its positions, all at one moment.
local refusal = elsewhere() or unborn() or ofAnotherEpoch() or stranger() or incomplete()
if refusal then
  return refusal
end
local records = {}
local generation = shelf['gen'] .. '/'
local T = byte('t')
for i = 2, #KEYS do
  local fields = redis.call('HGETALL', KEYS[i])
  local version, tokens, positions, current = '', {}, {}, false
  for f = 1, #fields, 2 do
    local field = fields[f]
    if byte(field, 2) == COLON then
      local of = byte(field) == T and tokens or positions
      of[#of + 1] = sub(field, 3)
      of[#of + 1] = fields[f + 1]
    elseif field == 'ver' then
      version = generation .. fields[f + 1]
    elseif field == 'epoch' then
      current = fields[f + 1] == EPOCH
    end
  end
  records[i - 1] = { version, current and tokens or {}, current and positions or {} }
end
return answer('ok', floor(), records)
