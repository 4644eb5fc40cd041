-- Answers at once where nothing has changed since the caller was told, as most questions are such and most of what a script
-- costs is Lua. ARGV[4]: the number of the last change of all records that the caller knows of, then that of each record.
if all and ARGV[4] == all and incarnation == INCARNATION and born == incarnation and epoch == EPOCH and lives
  and til and tonumber(til) >= now and find(replication, 'role:master', 1, true) then
  local i = 2
  while i <= #KEYS and redis.call('HGET', KEYS[i], 'n') == ARGV[3 + i] do
    i = i + 1
  end
  if i > #KEYS then
    return answer('same')
  end
end

