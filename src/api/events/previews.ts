import type { StatusRecord } from '../../status/record.ts';
import type { ChangeFeed } from '../../status/change-feed.ts';
import type { Outbox } from './outbox.ts';

const HEAD = Buffer.from('event: preview\ndata: ');
const END = Buffer.from('\n\n');

let last: { preview: Buffer; event: Buffer } | undefined;

/** All streams share the bytes of an event. */
function eventOf(preview: Buffer): Buffer {
  if (last?.preview !== preview) last = { preview, event: Buffer.concat([HEAD, preview, END]) };
  return last.event;
}

/** Asks for the previews of the tasks that a stream shows, as long as they run. */
export function createPreviews(feed: Pick<ChangeFeed, 'look'>) {
  const looks = new Map<string, () => void>();
  const end = (taskId: string): void => {
    looks.get(taskId)?.();
    looks.delete(taskId);
  };
  return {
    /** Takes the present status of a task. Only ComfyUI sends previews. */
    update(taskId: string, { status, taskType }: Pick<StatusRecord, 'status' | 'taskType'>, outbox: Outbox): void {
      if (status !== 'processing' || taskType !== 'comfyui') return end(taskId);
      if (looks.has(taskId)) return;
      const show = (preview: Buffer): void => outbox.put({ kind: 'preview', taskId, event: eventOf(preview) });
      looks.set(taskId, feed.look(taskId, show));
    },
    close(): void {
      for (const taskId of looks.keys()) end(taskId);
    },
  };
}
