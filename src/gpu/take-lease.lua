--[[
Takes the lease of a card if all still stands as it was seen, names the holder and numbers it. When Redis forgot the count, it goes on
from the number that the claimant knows.

KEYS[1]  string: the lease of the card, the holder in JSON; it expires
KEYS[2]  hash: the latest holder of each card, in JSON, by the card's id
KEYS[3]  hash: how many holders each card has had, by the card's id

ARGV[1]  id of the card
ARGV[2]  the lease as it was seen; empty when there was none
ARGV[3]  the latest holder as it was seen; empty when there was none
ARGV[4]  the claimant, an object in JSON
ARGV[5]  length of the lease, ms
ARGV[6]  the highest number of a holder that the claimant knows; 0 when it knows none

Returns the new holder in JSON (the claimant with its number as `counter`), or nil when it does not stand as it was seen.
]]
local lease, holders, counters = KEYS[1], KEYS[2], KEYS[3]
local id, seen_lease, seen_holder, claimant, ttl, known = unpack(ARGV)
if (redis.call('GET', lease) or '') ~= seen_lease then return false end
if (redis.call('HGET', holders, id) or '') ~= seen_holder then return false end
local holder = cjson.decode(claimant)
holder.counter = math.max(tonumber(redis.call('HGET', counters, id) or 0), tonumber(known)) + 1
redis.call('HSET', counters, id, holder.counter)
local value = cjson.encode(holder)
redis.call('SET', lease, value, 'PX', ttl)
redis.call('HSET', holders, id, value)
return value
