--[[
Publishes an event of a running task that is not a change of its status.

KEYS[1]  stream: the latest changes of all tasks

ARGV[1]  the channel to which the event is published: id of the task, id of the change, 0, and the event
ARGV[2]  how many changes the stream keeps, about
ARGV[3]  id of the task
ARGV[4]  name of the event
ARGV[5]  its data, in JSON

Returns the number of processes that listen.
]]
local channel, kept, id, event, data = unpack(ARGV)
local change = redis.call('XADD', KEYS[1], 'MAXLEN', '~', kept, '*', 'task', id, 'event', event, 'data', data)
return redis.call('PUBLISH', channel, id .. ' ' .. change .. ' 0 ' .. event .. ' ' .. data)
