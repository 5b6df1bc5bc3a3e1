/** Tasks that wait for their turn, by what decides when it comes. Changed by the scripts of the status store alone. */
export const WAITING_KEY = 'queue:waiting';
/** Ids of the tasks in hand. */
export const RUNNING_KEY = 'queue:running';

export const RECORD_PREFIX = 'task:';
/** The phase of a record whose task Temporal does not know: any real status replaces it. */
export const LOST_PHASE = 'lost';
export const recordKey = (taskId: string): string => `${RECORD_PREFIX}${taskId}`;

/**
 * Lua: puts a task in line. The level comes first, as `priorityKey` computes it, then the time of arrival: 7 and 43 bits
 * of the 53 that a score keeps exactly. Lua's own number format would round it.
 */
export const PLACE_FUNCTION = `
local function place(waiting, record, id, levels, arrival)
  local priority = tonumber(redis.call('HGET', record, 'priority')) or 0
  local level = levels - math.floor(priority * levels / 101)
  redis.call('ZADD', waiting, string.format('%.0f', level * 2^43 + arrival), id)
end
`;
