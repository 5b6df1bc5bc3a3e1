import path from 'node:path';
import type { DrawOrder } from './messages.ts';
import { memoryOf } from './process-memory.ts';
import type { RenderChild } from './render-child.ts';

/** A child that is idle for this long is ended to free its memory. */
const IDLE_MS = 3 * 60_000;
/** Browsers leak memory, so a child that is larger than this, or has drawn more chunks, is replaced. */
const MOST_BYTES = 2.5 * 1024 ** 3;
const MOST_CHUNKS = 50;

export interface RenderPool {
  /** How many chunks are drawn at the same time. */
  readonly size: number;
  /** Starts children for this many chunks, so that their browsers are open when the orders come. */
  warm(chunks: number): void;
  /** Draws one chunk as soon as a child is free. @throws as `RenderChild.draw` */
  draw(order: DrawOrder, control: { signal: AbortSignal; onFrames: (drawn: number) => void }): Promise<void>;
  /** Kills all children. No process and no file of them remains when this resolves. */
  close(): Promise<void>;
}

/** A pool of children that stay alive between chunks and between films. */
export function createRenderPool(options: {
  size: number;
  /** Starts a child with a temporary folder. */
  start: (folder: string) => RenderChild;
  /** Exists. */
  folder: string;
  idleMs?: number;
}): RenderPool {
  const { size, start, folder, idleMs = IDLE_MS } = options;
  const chunksDrawn = new Map<RenderChild, number>();
  const idle: RenderChild[] = [];
  const waiting: (() => void)[] = [];
  let drawing = 0;
  let started = 0;
  let idleTimer: NodeJS.Timeout | undefined;

  const startOne = (): RenderChild => {
    const child = start(path.join(folder, String(++started)));
    chunksDrawn.set(child, 0);
    return child;
  };
  const discard = async (child: RenderChild): Promise<void> => {
    // This process must not exit before the child has ended.
    child.hold(true);
    await child.kill();
    chunksDrawn.delete(child);
  };
  const putAway = (child: RenderChild): void => {
    child.hold(false);
    idle.push(child);
    clearTimeout(idleTimer);
    idleTimer = setTimeout(() => void Promise.all(idle.splice(0).map(discard)), idleMs).unref();
  };
  const take = (): RenderChild => {
    clearTimeout(idleTimer);
    for (let child = idle.pop(); child !== undefined; child = idle.pop()) {
      if (child.isFit) {
        child.hold(true);
        return child;
      }
      void discard(child);
    }
    return startOne();
  };
  const giveBack = (child: RenderChild): void => {
    const drawn = (chunksDrawn.get(child) ?? 0) + 1;
    chunksDrawn.set(child, drawn);
    if (child.isFit && drawn < MOST_CHUNKS && memoryOf(child.pid) < MOST_BYTES) putAway(child);
    else void discard(child);
  };

  return {
    size,
    warm(chunks) {
      const wanted = Math.min(size, chunks) - drawing - idle.length;
      for (let missing = wanted; missing > 0; missing--) putAway(startOne());
    },
    async draw(order, control) {
      if (drawing >= size) await new Promise<void>((resolve) => waiting.push(resolve));
      else drawing += 1;
      let child: RenderChild | undefined;
      try {
        control.signal.throwIfAborted();
        child = take();
        await child.draw(order, control);
      } finally {
        if (child !== undefined) giveBack(child);
        const next = waiting.shift();
        if (next === undefined) drawing -= 1;
        else next();
      }
    },
    async close() {
      clearTimeout(idleTimer);
      await Promise.all([...chunksDrawn.keys()].map(discard));
      idle.length = 0;
    },
  };
}
