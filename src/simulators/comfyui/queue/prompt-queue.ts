import { createHeap } from './heap.ts';
import { comesBefore, type Prompt } from './prompt.ts';

/**
 * The waiting prompts and the running one.
 * @param changed called whenever the real server sends the length of the queue to all sockets.
 */
export function createPromptQueue(changed: () => void) {
  const heap = createHeap(comesBefore);
  let running: Prompt | undefined;
  let sleepers: (() => void)[] = [];
  const wake = (): void => {
    for (const sleeper of sleepers.splice(0)) sleeper();
  };
  return {
    /** @throws when the new one cannot be compared with another; it is queued all the same, without an event. */
    put: (prompt: Prompt) => {
      heap.push(prompt);
      changed();
      wake();
    },
    /** Makes the first one the running one. @throws as the real one: then that prompt is lost. */
    take: () => {
      running = heap.pop();
      if (running !== undefined) changed();
      return running;
    },
    /** The running one has left the worker. */
    done: () => {
      running = undefined;
      changed();
    },
    pending: () => [...heap.members],
    running: () => running,
    /** Removes waiting ones. @throws like `put`, after it has removed them. */
    remove: (matches: (prompt: Prompt) => boolean): boolean => {
      const found = heap.members.some(matches);
      if (!found) return false;
      heap.retain((prompt) => !matches(prompt));
      changed();
      return true;
    },
    length: () => heap.members.length + (running === undefined ? 0 : 1),
    /** Resolves when something was put or someone called `wake`. */
    stirred: () => new Promise<void>((resolve) => (sleepers = [...sleepers, resolve])),
    wake,
  };
}
export type PromptQueue = ReturnType<typeof createPromptQueue>;
