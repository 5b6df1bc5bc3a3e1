--[[
Reads what is shown of each task that waits, in one step; some milliseconds for a thousand.

KEYS[1]  sorted set: ids of the tasks that wait, in the order in which their turn comes

ARGV[1]  how many are listed at most
ARGV[2]  prefix that makes the key of a record of an id

Returns how many tasks wait, listed or not, and a row for each that is listed: its id, and the JSON (nil where there is none) of its
type, template, priority and time of acceptance.
]]
local ids = redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[1]) - 1)
local rows = {}
for i, id in ipairs(ids) do
  local fields = redis.call('HMGET', ARGV[2] .. id, 'taskType', 'template', 'priority', 'createdAt')
  rows[i] = { id, fields[1], fields[2], fields[3], fields[4] }
end
return { redis.call('ZCARD', KEYS[1]), rows }
