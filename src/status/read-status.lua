--[[
Reads the record of a task and its place in the queue in one atomic step.

KEYS[1]  hash: the record of the task, as in write-status.lua
KEYS[2]  sorted set: ids of the waiting tasks, in the order of their turns

ARGV[1]  id of the task

Returns the names and values of the fields of the record, alternating, and how many tasks are before it in the queue;
nil for a task that is not in the queue.
]]
return { redis.call('HGETALL', KEYS[1]), redis.call('ZRANK', KEYS[2], ARGV[1]) }
