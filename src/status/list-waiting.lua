--[[
Reads the listed facts of all waiting tasks in one atomic step; some milliseconds for a thousand tasks.

KEYS[1]  sorted set: ids of the waiting tasks, in the order of their turns

ARGV[1]  the most tasks to list
ARGV[2]  prefix that turns an id into the key of its record

Returns the number of all waiting tasks, and a row for each listed one: its id, and the JSON (nil if there is none) of
its type, template, priority, time of acceptance and client.
]]
local ids = redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[1]) - 1)
local rows = {}
for i, id in ipairs(ids) do
  local fields = redis.call('HMGET', ARGV[2] .. id, 'taskType', 'template', 'priority', 'createdAt', 'client')
  rows[i] = { id, fields[1], fields[2], fields[3], fields[4], fields[5] }
end
return { redis.call('ZCARD', KEYS[1]), rows }
