-- Says until when the caller lives, and puts its older tokens again. ARGV[4]: end, then tokens as of mark().
local refusal = elsewhere() or ofAnotherEpoch() or stranger()
if refusal then
  return refusal
end
if tonumber(lives) < now then
  return answer('lapsed')
end
beat(ARGV[4])
mark(5)
if #KEYS > 1 then
  push(2)
end
return standing()
