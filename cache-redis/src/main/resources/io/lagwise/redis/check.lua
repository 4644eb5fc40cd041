-- Reads the records: of each its version, its commits under way and its positions, all at one moment.
local refusal = elsewhere() or unborn() or ofAnotherEpoch() or stranger() or incomplete()
if refusal then
  return refusal
end
local records = {}
for i = 2, #KEYS do
  local fields = redis.call('HGETALL', KEYS[i])
  local version, current = '', false
  for f = 1, #fields, 2 do
    if fields[f] == 'ver' then
      version = shelf['gen'] .. '/' .. fields[f + 1]
    elseif fields[f] == 'epoch' then
      current = fields[f + 1] == EPOCH
    end
  end
  if current then
    records[#records + 1] = { version, startingWith('t:', fields), startingWith('p:', fields) }
  else
    records[#records + 1] = { version, {}, {} }
  end
end
return answer('ok', floor(), records)
