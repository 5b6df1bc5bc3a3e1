--[[
Changes the priority of a task that has not ended. A waiting task moves behind the tasks that have
that priority already.

KEYS[1]  hash: the record of the task, as in write-status.lua
KEYS[2]  sorted set: ids of the waiting tasks, scored as in write-status.lua
KEYS[3]  stream: the latest changes of all tasks

ARGV[1]  id of the task
ARGV[2]  the new priority, 0–100
ARGV[3]  its priority key
ARGV[4]  time of arrival at the new place, ms since 1970
ARGV[5]  the same as ISO 8601 in JSON
ARGV[6]  the channel to which the change is published, as in write-status.lua
ARGV[7]  how many changes the stream keeps, about

Returns 1, or 0 if no task with this id is recorded, or it has ended.
]]
local record, waiting = KEYS[1], KEYS[2]
local id, priority, priority_key, arrival, queued_at, channel, kept = unpack(ARGV)
if redis.call('HGET', record, 'final') ~= '0' then return 0 end
redis.call('HSET', record, 'priority', priority)
local moved = 0
local score = redis.call('ZSCORE', waiting, id)
if score then
  moved = 1
  -- How long the task has waited counts from its arrival in the queue.
  redis.call('HSETNX', record, 'arrived', string.format('%.0f', score % 2^43))
  redis.call('HSET', record, 'queuedAt', queued_at)
  redis.call('ZADD', waiting, string.format('%.0f', priority_key * 2^43 + arrival), id)
end
local change = redis.pcall('XADD', KEYS[3], 'MAXLEN', '~', kept, '*', 'task', id)
redis.pcall('PUBLISH', channel, id .. ' ' .. (type(change) == 'string' and change or '') .. ' ' .. moved)
return 1
