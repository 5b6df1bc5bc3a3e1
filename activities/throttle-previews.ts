import type { EventPublisher } from '../src/status/publish-events.ts';

/** A picture of the unfinished work. */
export interface Preview {
  /** That computes it, if the engine names it. */
  node: string | null;
  contentType: string;
  bytes: Uint8Array;
}

/** Two a second; the rest is left out. */
const PREVIEW_MS = 500;

/** @returns what sends previews of a task to those who look at it. */
export function throttlePreviews(events: EventPublisher | undefined, taskId: string): (preview: Preview) => void {
  let previewedAt = Number.NEGATIVE_INFINITY;
  return ({ node, contentType, bytes }) => {
    const now = performance.now();
    if (events === undefined || now - previewedAt < PREVIEW_MS) return;
    previewedAt = now;
    const send = async (): Promise<void> => {
      if (!(await events.hasLookers(taskId))) return;
      const image = `data:${contentType};base64,${Buffer.from(bytes).toString('base64')}`;
      await events.preview(taskId, { task_id: taskId, node, content_type: contentType, image });
    };
    // Without Redis nobody looks.
    void send().catch(() => undefined);
  };
}
