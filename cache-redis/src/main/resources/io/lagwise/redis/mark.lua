-- Puts a mark into each record that is missing, unless there is one. ARGV[4]: the mark. Answers each record's mark.
local refusal = elsewhere() or unborn() or ofAnotherEpoch() or stranger()
if refusal then
  return refusal
end
local marks = {}
for i = 2, #KEYS do
  if redis.call('HEXISTS', KEYS[i], 'ver') == 0 then
    redis.call('HSETNX', KEYS[i], 'mark', ARGV[4])
  end
  marks[#marks + 1] = redis.call('HGET', KEYS[i], 'mark') or ''
end
return answer('ok', marks)
