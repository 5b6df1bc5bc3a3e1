import type { PromptTuple } from './prompt.ts';

export type Message = [event: string, data: Record<string, unknown>];

export interface HistoryEntry {
  prompt: PromptTuple;
  outputs: Record<string, Record<string, unknown>>;
  status: { status_str: 'success' | 'error'; completed: boolean; messages: Message[] };
  meta: Record<string, Record<string, unknown>>;
}

const LIMIT = 10_000;

/** Finished prompts by id, oldest first; the oldest is dropped past 10,000. */
export function createHistory() {
  const entries = new Map<string, HistoryEntry>();
  return {
    add: (id: string, entry: HistoryEntry) => {
      entries.set(id, entry);
      if (entries.size > LIMIT) for (const oldest of [...entries.keys()].slice(0, 1)) entries.delete(oldest);
    },
    get: (id: string) => entries.get(id),
    remove: (id: string) => void entries.delete(id),
    clear: () => entries.clear(),
    /** Without `offset` the newest `max`. */
    page: (max?: number, offset?: number): Record<string, HistoryEntry> => {
      const from = offset ?? (max === undefined ? 0 : Math.max(0, entries.size - max));
      return Object.fromEntries([...entries].slice(from, max === undefined ? undefined : from + max));
    },
  };
}
export type History = ReturnType<typeof createHistory>;
