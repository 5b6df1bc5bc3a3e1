/** Tasks that wait for their turn, in its order. Only write-status.lua and reposition-task.lua change it. */
export const WAITING_KEY = 'queue:waiting';
/** Ids of the tasks that run. */
export const RUNNING_KEY = 'queue:running';

export const RECORD_PREFIX = 'task:';
/** The phase of a record whose task Temporal does not know. Any real status replaces it. */
export const LOST_PHASE = 'lost';
export const recordKey = (taskId: string): string => `${RECORD_PREFIX}${taskId}`;
/** The pub/sub channel to which write-status.lua publishes the id of every task whose record it wrote. */
export const CHANGES_CHANNEL = 'task:changes';
