--[[
Counts the waiting and the running tasks in one atomic step; about 2 µs for each.

KEYS[1]  sorted set: ids of the waiting tasks, scored as in write-status.lua
KEYS[2]  set: ids of the running tasks

ARGV[1]  prefix that turns an id into the key of its record

Returns two lists. A row of the first: type and band (0–3, of 25 priorities each) of waiting tasks, how many they are,
and when the oldest arrived, ms since 1970. A row of the second: type of running tasks, and how many they are.
]]
local prefix = ARGV[1]
local function type_of(json) return ((json or ''):gsub('"', '')) end

local waiting = {}
local places = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 1, #places, 2 do
  local task = redis.call('HMGET', prefix .. places[i], 'taskType', 'priority', 'arrived')
  local band = math.min(3, math.floor((tonumber(task[2]) or 0) / 25))
  local key = type_of(task[1]) .. ':' .. band
  local arrived = tonumber(task[3] or places[i + 1] % 2^43)
  local row = waiting[key]
  if not row then
    waiting[key] = { type_of(task[1]), band, 1, arrived }
  else
    row[3] = row[3] + 1
    row[4] = math.min(row[4], arrived)
  end
end

local running = {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  local task_type = type_of(redis.call('HGET', prefix .. id, 'taskType'))
  running[task_type] = (running[task_type] or 0) + 1
end

local lists = { {}, {} }
for _, row in pairs(waiting) do
  row[4] = string.format('%.0f', row[4])
  table.insert(lists[1], row)
end
for task_type, count in pairs(running) do table.insert(lists[2], { task_type, count }) end
return lists
