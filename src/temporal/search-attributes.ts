import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** What operators filter by in the Web UI. Names and types as in `SEARCH_ATTRIBUTES`; workflow code has its own, by name. */
export const taskTypeKey = defineSearchAttributeKey('TaskType', SearchAttributeType.KEYWORD);
export const priorityAttribute = defineSearchAttributeKey('Priority', SearchAttributeType.INT);
export const taskStatusKey = defineSearchAttributeKey('TaskStatus', SearchAttributeType.KEYWORD);
