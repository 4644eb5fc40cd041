-- Tells who the server is and what time it has; asks nothing of the caller.
if not string.find(replication, 'role:master') then
  return answer('recover')
end
return answer('ok')
