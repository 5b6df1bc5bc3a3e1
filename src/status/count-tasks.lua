--[[
Counts the waiting and the running tasks in one atomic step; about 3 µs for each.

KEYS[1]  sorted set: ids of the waiting tasks, scored as in write-status.lua
KEYS[2]  set: ids of the running tasks

ARGV[1]  prefix that turns an id into the key of its record

Returns two lists. A row of the first: type and band (0–3, of 25 priorities each) of waiting tasks, how many they are,
and when the oldest arrived, ms since 1970. A row of the second: type of running tasks, and how many they are. Types are
in JSON; false for a task without a record.
]]
local call, prefix = redis.call, ARGV[1]
local bands, types = { {}, {}, {}, {} }, {}
local places = call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 1, #places, 2 do
  local task = call('HMGET', prefix .. places[i], 'taskType', 'priority', 'arrived')
  local band = task[2] and math.min(4, math.floor(task[2] / 25) + 1) or 1
  local arrived = task[3] and tonumber(task[3]) or places[i + 1] % 8796093022208
  local row = bands[band][task[1]]
  if not row then
    bands[band][task[1]] = { task[1], band - 1, 1, arrived }
  else
    row[3] = row[3] + 1
    if arrived < row[4] then row[4] = arrived end
  end
end
for _, id in ipairs(call('SMEMBERS', KEYS[2])) do
  local task_type = call('HGET', prefix .. id, 'taskType')
  types[task_type] = (types[task_type] or 0) + 1
end

local waiting, running = {}, {}
for _, rows in ipairs(bands) do
  for _, row in pairs(rows) do
    row[4] = string.format('%.0f', row[4])
    table.insert(waiting, row)
  end
end
for task_type, count in pairs(types) do table.insert(running, { task_type, count }) end
return { waiting, running }
