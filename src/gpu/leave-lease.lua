--[[
Releases the lease of a card, if the holder still has it.

KEYS[1]  string: the lease of the card, as in take-lease.lua
KEYS[2]  hash: the latest holder of each card, as in take-lease.lua
KEYS[3]  hash: when each card was last held, as in take-lease.lua

ARGV[1]  id of the card
ARGV[2]  the holder, exactly the JSON that take-lease.lua returned

Returns nil.
]]
if redis.call('GET', KEYS[1]) == ARGV[2] then redis.call('DEL', KEYS[1]) end
if redis.call('HGET', KEYS[2], ARGV[1]) == ARGV[2] then
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('HDEL', KEYS[3], ARGV[1])
end
