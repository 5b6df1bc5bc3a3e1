import { derivedUuid } from '../text/derived-uuid.ts';

/**
 * An id that no task has. A client that asks about a task of another client gets what the search for this id gives: as
 * for every unknown id, the answer is an error while Temporal is away.
 */
export const nobodysId = (taskId: string): string => derivedUuid('nobody', taskId);
