--[[
Extends the lease of a card for its holder.

KEYS[1]  string: the lease of the card, as in take-lease.lua
KEYS[2]  hash: the latest holder of each card, as in take-lease.lua
KEYS[3]  hash: when each card was last held, as in take-lease.lua

ARGV[1]  id of the card
ARGV[2]  the holder, exactly the JSON that take-lease.lua returned
ARGV[3]  length of the lease from now on, ms

Returns 'ours'; 'free' if nobody has the lease; 'taken' if another holder has it.
]]
local value = redis.call('GET', KEYS[1])
if value ~= ARGV[2] then return value and 'taken' or 'free' end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('HSET', KEYS[2], ARGV[1], value)
redis.call('HSET', KEYS[3], ARGV[1], redis.call('TIME')[1] * 1000)
return 'ours'
