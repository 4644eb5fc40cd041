-- Takes the caller's leave: all its commits are recorded, and there will be none.
local refusal = elsewhere() or stranger()
if refusal then
  return refusal
end
redis.call('HDEL', SHELF, 'b:' .. ME)
return answer('ok')
