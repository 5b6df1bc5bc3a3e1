/** Tasks that wait for their turn, by what decides when it comes. Changed by the scripts of the status store alone. */
export const WAITING_KEY = 'queue:waiting';
/** Ids of the tasks in hand. */
export const RUNNING_KEY = 'queue:running';

export const RECORD_PREFIX = 'task:';
/** The phase of a record whose task Temporal does not know: any real status replaces it. */
export const LOST_PHASE = 'lost';
export const recordKey = (taskId: string): string => `${RECORD_PREFIX}${taskId}`;
