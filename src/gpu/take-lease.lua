--[[
Takes the lease of a card if its state has not changed since it was read, and stores the holder with its number. If
Redis has lost the count, the numbers continue from the number that the claimant knows.

KEYS[1]  string: the lease of the card, the holder in JSON; it expires
KEYS[2]  hash: the latest holder of each card, in JSON, by the card's id
KEYS[3]  hash: how many holders each card has had, by the card's id
KEYS[4]  hash: when the lease of each card was last taken or renewed, ms since 1970, by the card's id

ARGV[1]  id of the card
ARGV[2]  the lease as it was read; empty if there was none
ARGV[3]  the latest holder as it was read; empty if there was none
ARGV[4]  the claimant, an object in JSON
ARGV[5]  length of the lease, ms
ARGV[6]  the highest number of a holder that the claimant knows; 0 if it knows none

Returns the new holder in JSON (the claimant with its number as `counter`), or nil if the state has changed.
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
redis.call('HSET', KEYS[4], id, redis.call('TIME')[1] * 1000)
return value
