/** Tasks that wait for their turn, in its order. Only write-status.lua and reposition-task.lua change it. */
export const WAITING_KEY = 'queue:waiting';
/** Ids of the tasks that run. */
export const RUNNING_KEY = 'queue:running';

/** The totals for monitoring since `since`; see task-totals.ts. */
export const TOTALS_KEY = 'queue:totals';

export const RECORD_PREFIX = 'task:';
/** The phase of a record whose task Temporal does not know. Any real status replaces it. */
export const LOST_PHASE = 'lost';
export const recordKey = (taskId: string): string => `${RECORD_PREFIX}${taskId}`;
/**
 * The pub/sub channel of all changes. write-status.lua, reposition-task.lua and publish-note.lua publish to it; see
 * `readChange` in change-feed.ts for its messages.
 */
export const CHANGES_CHANNEL = 'task:changes';
/**
 * A Redis stream of the latest changes, so that a client that reconnects gets what it missed. Each entry has the field
 * `task`, and `event` and `data` if it is not a change of the status.
 */
export const CHANGE_LOG_KEY = 'queue:changes';
/** About this many changes are kept, in a few megabytes. */
export const CHANGE_LOG_LENGTH = 10_000;
/** The pub/sub channel of the preview pictures of a task. */
export const previewChannel = (taskId: string): string => `task:preview:${taskId}`;
