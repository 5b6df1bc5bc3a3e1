import type { HistoryEntry } from './history.ts';
import type { Prompt, PromptTuple } from './prompt.ts';

type Job = Record<string, unknown>;

interface Media {
  nodeId: string;
  mediaType: string;
  item: Record<string, unknown>;
}

const PREVIEWABLE = /\.(png|jpe?g|webp|gif|bmp|mp4|webm|mov|mkv|avi|mp3|wav|flac|ogg|opus|m4a|glb|gltf|obj)$/i;

/** Files and texts in the outputs; flags such as `animated` are neither. */
const mediaIn = (outputs: HistoryEntry['outputs']): Media[] =>
  Object.entries(outputs).flatMap(([nodeId, keys]) =>
    Object.entries(keys).flatMap(([mediaType, values]) =>
      (Array.isArray(values) ? (values as unknown[]) : []).flatMap((value) =>
        typeof value === 'object' && value !== null
          ? [{ nodeId, mediaType, item: value as Record<string, unknown> }]
          : mediaType === 'text' && typeof value === 'string'
            ? [{ nodeId, mediaType, item: { content: value } }]
            : [],
      ),
    ),
  );

/** Texts do not count, but one is shown when there is nothing else. */
function outputFields(outputs: HistoryEntry['outputs']): Job {
  const media = mediaIn(outputs);
  const files = media.filter(({ mediaType }) => mediaType !== 'text');
  const shown = files.filter(({ item }) => PREVIEWABLE.test(String(item['filename'])));
  const best =
    shown.find(({ item }) => item['type'] === 'output') ??
    shown[0] ??
    media.find(({ mediaType }) => mediaType === 'text');
  return {
    outputs_count: files.length,
    previewable_outputs_count: shown.length,
    ...(best && { preview_output: { ...best.item, nodeId: best.nodeId, mediaType: best.mediaType } }),
  };
}

/** Fields that are not known are absent, not null. */
function commonFields(
  [number, id, , extraData]: PromptTuple | [number, string, unknown, Record<string, unknown>],
  status: string,
): Job {
  const info = extraData['extra_pnginfo'] as { workflow?: { id?: string } } | undefined;
  const workflowId = info?.workflow?.id;
  return {
    id,
    status,
    priority: number,
    ...(extraData['create_time'] !== undefined && { create_time: extraData['create_time'] }),
    ...(workflowId !== undefined && { workflow_id: workflowId }),
  };
}

/** The record of a prompt that waits (`pending`) or runs (`in_progress`). */
export const unfinishedJob = ({ number, id, graph, extraData }: Prompt, status: 'pending' | 'in_progress'): Job => ({
  ...commonFields([number, id, graph, extraData], status),
  outputs_count: 0,
  previewable_outputs_count: 0,
});

function statusOf({ status }: HistoryEntry): string {
  if (status.messages.some(([event]) => event === 'execution_error')) return 'failed';
  if (status.messages.some(([event]) => event === 'execution_interrupted')) return 'cancelled';
  return status.status_str === 'success' ? 'completed' : 'failed';
}

const timeOf = ({ status }: HistoryEntry, ...events: string[]): unknown =>
  status.messages.findLast(([event]) => events.includes(event))?.[1]['timestamp'];

/** @param full also outputs, status and graph, as the route for one job gives them. */
export function finishedJob(entry: HistoryEntry, full: boolean): Job {
  const error = entry.status.messages.find(([event]) => event === 'execution_error')?.[1];
  const [, , graph, extraData] = entry.prompt;
  return {
    ...commonFields(entry.prompt, statusOf(entry)),
    execution_start_time: timeOf(entry, 'execution_start'),
    execution_end_time: timeOf(entry, 'execution_success', 'execution_error', 'execution_interrupted'),
    ...(error && { execution_error: error }),
    ...outputFields(entry.outputs),
    ...(full && {
      outputs: entry.outputs,
      execution_status: entry.status,
      workflow: { prompt: graph, extra_data: extraData },
    }),
  };
}
