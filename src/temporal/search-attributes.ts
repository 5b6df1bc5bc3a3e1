import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** What operators filter by in the Web UI. Names and types as in `SEARCH_ATTRIBUTES`; workflow code has its own, by name. */
export const taskTypeKey = defineSearchAttributeKey('TaskType', SearchAttributeType.KEYWORD);
export const priorityAttribute = defineSearchAttributeKey('Priority', SearchAttributeType.INT);
export const taskStatusKey = defineSearchAttributeKey('TaskStatus', SearchAttributeType.KEYWORD);
/** Whose task it is: the name of an API key, or the client's own tag. */
export const clientKey = defineSearchAttributeKey('Client', SearchAttributeType.KEYWORD);
/** The id of the pipeline that a task belongs to, and which of its steps it is; of the pipeline itself, its own id. */
export const pipelineKey = defineSearchAttributeKey('Pipeline', SearchAttributeType.KEYWORD);
export const stepKey = defineSearchAttributeKey('Step', SearchAttributeType.KEYWORD);
/** The engine that a task waits for; absent while it waits for none. */
export const waitingForKey = defineSearchAttributeKey('WaitingFor', SearchAttributeType.KEYWORD);
