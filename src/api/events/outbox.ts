/** Something that a stream sends when its client has taken what came before. */
export type Outgoing =
  /** The present status of a task. */
  | { kind: 'status'; taskId: string; id: string }
  | { kind: 'note'; taskId: string; id: string; event: string; data: string }
  | { kind: 'preview'; taskId: string; event: Buffer }
  /** The present queue. */
  | { kind: 'queue' }
  /** Earlier events are not known. */
  | { kind: 'reset'; id: string; data: string };

/** A client that is further behind is disconnected; it continues with `Last-Event-ID`. */
export const MOST_OUTGOING = 1000;

const keyOf = (item: Outgoing): string =>
  'taskId' in item ? `${item.kind} ${item.taskId} ${item.kind === 'note' ? item.id : ''}` : item.kind;

export interface Outbox {
  /** A status, a preview or the queue that waits already is not sent twice, and keeps its place. */
  put: (item: Outgoing) => void;
  take: () => Outgoing | undefined;
  /** Resolves when there is something to do, or with true after `ms`. */
  wait: (ms: number) => Promise<boolean>;
  /** Makes `wait` resolve. */
  wake: () => void;
  isFull: () => boolean;
  hasNotes: () => boolean;
}

/** The events that wait for a client. Their number is limited, because newer ones replace older ones. */
export function createOutbox(): Outbox {
  const items = new Map<string, Outgoing>();
  let resume: (() => void) | undefined;
  const wake = (): void => resume?.();
  return {
    put(item) {
      const key = keyOf(item);
      const waiting = items.get(key);
      // The id of the earlier change stays: a client that reconnects with it misses nothing.
      if (waiting === undefined || item.kind === 'preview') items.set(key, item);
      wake();
    },
    take() {
      const [first] = items;
      if (first === undefined) return undefined;
      items.delete(first[0]);
      return first[1];
    },
    async wait(ms) {
      if (items.size > 0) return false;
      return new Promise((resolve) => {
        const end = (isLate: boolean): void => {
          clearTimeout(timer);
          resume = undefined;
          resolve(isLate);
        };
        const timer = setTimeout(() => end(true), ms);
        resume = () => end(false);
      });
    },
    wake,
    isFull: () => items.size >= MOST_OUTGOING,
    hasNotes: () => [...items.values()].some(({ kind }) => kind === 'note'),
  };
}
