-- Removes a token whose commit never left. ARGV[4]: token.
for i = 2, #KEYS do
  redis.call('HDEL', KEYS[i], 't:' .. ARGV[4])
end
push(2)
return answer('ok')
