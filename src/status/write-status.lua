--[[
Writes the record of a task and its place in the queue, unless a newer record exists. This is one atomic step, so that a
late write never resets a task. A later run begins a new record. Within a run, fields that a write leaves out stay
unchanged. A real status replaces a record that counts as lost, whatever its version. Two values stay: the priority,
which only reposition-task.lua changes, and the place of a task that is already waiting.

KEYS[1]  hash: the record of the task, one hash field for each field, values in JSON; also the version, as numbers
KEYS[2]  sorted set: ids of the waiting tasks, by priority key * 2^43 + time of arrival in ms since 1970: 7 and 43 bits
         of the 53 that a score keeps exactly
KEYS[3]  set: ids of the running tasks
KEYS[4]  stream: the latest changes of all tasks
KEYS[5]  hash: the totals for monitoring, whole numbers; task-totals.ts knows its fields

ARGV[1]  version: start of the run, ms since 1970; 0 if it is not known yet
ARGV[2]  version: 1 when the task has ended, otherwise 0
ARGV[3]  version: number of the attempt
ARGV[4]  version: 0 while the task waits, otherwise 1
ARGV[5]  how long the record of an ended task stays, ms
ARGV[6]  id of the task
ARGV[7]  the priority keys of the priorities 0, 1, … 100, an array in JSON
ARGV[8]  time of arrival in the queue, ms since 1970; empty for a task that does not wait for its turn
ARGV[9]  the status: pending, processing, completed or failed
ARGV[10] the phase of a record that counts as lost, in JSON
ARGV[11] the channel to which the change is published: id of the task, id of the change, and 1 if the queue changed
ARGV[12] how many changes the stream keeps, about
ARGV[13] the time now, ms since 1970
ARGV[14] when the first attempt of this run started, ms since 1970; empty if that is not known
ARGV[15] when the task ended, ms since 1970; empty if it has not, or if its end is too old to count
ARGV[16] the word under which its end counts: `completed`, or the code of its error
ARGV[17] the outcome under which its duration counts: completed, failed or cancelled
ARGV[18] more totals of its end, an object of fields and numbers in JSON
ARGV[19] the upper bounds of the classes of a duration in seconds, an array in JSON
ARGV[20…] names and values of fields, alternating; values in JSON

The end of a run counts once, however often it is written. An end before the totals began does not count: it may be
written again because Redis lost its data.

Returns 1, or 0 if a newer record exists.
]]
local record, waiting, running, totals = KEYS[1], KEYS[2], KEYS[3], KEYS[5]
local ttl, id, arrival, status, lost_phase = ARGV[5], ARGV[6], tonumber(ARGV[8]), ARGV[9], ARGV[10]
local now, started, ended = tonumber(ARGV[13]), tonumber(ARGV[14]), tonumber(ARGV[15])
local old = redis.call('HMGET', record, 'run', 'final', 'attempt', 'started')
local new = {}
for i = 1, 4 do new[i] = tonumber(ARGV[i]) end
local was_lost = redis.call('HGET', record, 'phase') == lost_phase
if was_lost then
  redis.call('HDEL', record, 'result', 'finishedAt')
elseif old[1] then
  for i = 1, 4 do
    local stored = tonumber(old[i])
    if new[i] > stored then break end
    if new[i] < stored then return 0 end
  end
  if new[1] > tonumber(old[1]) and tonumber(old[1]) > 0 then redis.call('DEL', record) end
end
local same_stay = old[1] and tonumber(old[3]) == new[3] and (tonumber(old[1]) == 0 or tonumber(old[1]) == new[1])
local keeps_place = arrival and same_stay and redis.call('ZSCORE', waiting, id)
redis.call('HSET', record, 'run', ARGV[1], 'final', ARGV[2], 'attempt', ARGV[3], 'started', ARGV[4])
for i = 20, #ARGV, 2 do
  if not (keeps_place and ARGV[i] == 'queuedAt') then
    redis.call(ARGV[i] == 'priority' and 'HSETNX' or 'HSET', record, ARGV[i], ARGV[i + 1])
  end
end
if new[2] == 1 then redis.call('PEXPIRE', record, ttl) else redis.call('PERSIST', record) end
local moved = 0
local place = not arrival and redis.call('ZSCORE', waiting, id)
if not arrival then
  moved = redis.call('ZREM', waiting, id)
elseif not keeps_place then
  local priority = tonumber(redis.call('HGET', record, 'priority')) or 0
  local priority_key = cjson.decode(ARGV[7])[priority + 1]
  -- Lua's default number format would round it.
  redis.call('ZADD', waiting, string.format('%.0f', priority_key * 2^43 + arrival), id)
  moved = 1
end
redis.call(status == 'processing' and 'SADD' or 'SREM', running, id)
-- The record of a probe has no type.
if redis.call('HEXISTS', record, 'taskType') == 0 then return 1 end

-- The totals. `arrived` and `began` of the record are for them alone.
redis.call('HSETNX', totals, 'since', ARGV[13])
if started then redis.call('HSETNX', record, 'began', ARGV[14]) end
local function total(name, number) redis.call('HINCRBY', totals, name, string.format('%.0f', number)) end
local function observe(name, ms)
  local class = 'more'
  for _, bound in ipairs(cjson.decode(ARGV[19])) do
    if ms <= bound * 1000 then class = bound break end
  end
  total(name .. ':' .. class, 1)
  total(name .. ':ms', math.max(0, ms))
end
local task_type = redis.call('HGET', record, 'taskType'):gsub('"', '')
if place then
  -- reposition-task.lua notes the arrival of a task that it moves.
  local arrived = tonumber(redis.call('HGET', record, 'arrived') or place % 2^43)
  -- In a later stay, `started` is from before it.
  local left = started and started >= arrived and started or status == 'processing' and now
  local band = math.min(3, math.floor((tonumber(redis.call('HGET', record, 'priority')) or 0) / 25))
  if left then observe('wait:' .. task_type .. ':' .. band, left - arrived) end
end
if not keeps_place then redis.call('HDEL', record, 'arrived') end
local is_first = was_lost or not old[1] or tonumber(old[1]) ~= new[1] or tonumber(old[2]) == 0
if ended and is_first and ended >= tonumber(redis.call('HGET', totals, 'since')) then
  total('end:' .. task_type .. ':' .. ARGV[16], 1)
  for name, number in pairs(cjson.decode(ARGV[18])) do total(name, number) end
  local began = redis.call('HGET', record, 'began')
  local outcome = ARGV[17]
  if began then observe('run:' .. task_type .. ':' .. outcome, ended - began) end
end

-- A user of Redis who may not publish may still write.
local change = redis.pcall('XADD', KEYS[4], 'MAXLEN', '~', ARGV[12], '*', 'task', id)
redis.pcall('PUBLISH', ARGV[11], id .. ' ' .. (type(change) == 'string' and change or '') .. ' ' .. moved)
return 1
