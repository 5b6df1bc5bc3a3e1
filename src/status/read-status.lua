--[[
Reads the record of a task and its place in the queue in one atomic step.

KEYS[1]  hash: the record of the task, as in write-status.lua
KEYS[2]  sorted set: ids of the waiting tasks, in the order of their turns

ARGV[1]  id of the task

Returns the fields of the record as one JSON object, which is read faster than many replies, and how many tasks are
before it in the queue; nil for a task that is not in the queue.
]]
local fields, parts = redis.call('HGETALL', KEYS[1]), {}
for i = 1, #fields, 2 do parts[(i + 1) / 2] = '"' .. fields[i] .. '":' .. fields[i + 1] end
return { '{' .. table.concat(parts, ',') .. '}', redis.call('ZRANK', KEYS[2], ARGV[1]) }
