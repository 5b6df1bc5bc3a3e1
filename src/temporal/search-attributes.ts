import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** The search attributes that operators filter by in the Web UI. Names and types as in `SEARCH_ATTRIBUTES`. */
export const taskTypeKey = defineSearchAttributeKey('TaskType', SearchAttributeType.KEYWORD);
export const priorityAttribute = defineSearchAttributeKey('Priority', SearchAttributeType.INT);
export const taskStatusKey = defineSearchAttributeKey('TaskStatus', SearchAttributeType.KEYWORD);
/** The client that a task belongs to: the name of an API key, or the client's own tag. */
export const clientKey = defineSearchAttributeKey('Client', SearchAttributeType.KEYWORD);
/** The id of the pipeline that a task belongs to; a pipeline has its own id there. */
export const pipelineKey = defineSearchAttributeKey('Pipeline', SearchAttributeType.KEYWORD);
/** The step of the pipeline to which a task belongs. */
export const stepKey = defineSearchAttributeKey('Step', SearchAttributeType.KEYWORD);
/** The words that the client gave a task, to find it by. */
export const tagsKey = defineSearchAttributeKey('Tags', SearchAttributeType.KEYWORD_LIST);
/** The engine that a task waits for, or `time` before the time at which it is to run; absent otherwise. */
export const waitingForKey = defineSearchAttributeKey('WaitingFor', SearchAttributeType.KEYWORD);
