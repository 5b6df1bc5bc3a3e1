import type { Core } from '../core.ts';
import { useUp } from '../faults.ts';
import { isObject } from '../graph.ts';
import { tupleOf, type Prompt } from '../queue/prompt.ts';
import { json } from './body.ts';
import { empty, get, ok, post, type Route } from './route.ts';

const idsIn = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Takes waiting prompts out of the queue, without a trace in history. @throws like the queue. */
export function removeWaiting(core: Core, matches: (prompt: Prompt) => boolean): boolean {
  const gone = core.queue.pending().filter(matches);
  for (const { index } of gone) core.counters.ended(index, 'removed');
  return core.queue.remove(matches);
}

export const queueRoutes: Route[] = [
  get(/^\/queue$/, ({ core: { queue } }) =>
    ok({
      queue_running: [queue.running()].flatMap((prompt) => (prompt === undefined ? [] : [tupleOf(prompt)])),
      queue_pending: queue.pending().map(tupleOf),
    }),
  ),
  post(/^\/queue$/, ({ core, body }) => {
    const wish = json(body) as Record<string, unknown>;
    if (wish['clear'] === true) {
      core.counters.count('queueClears');
      removeWaiting(core, () => true);
    }
    const ids = idsIn(wish['delete']);
    if (ids.length > 0 && !useUp(core.faults, 'loseCancels')) removeWaiting(core, ({ id }) => ids.includes(id));
    return empty();
  }),
  post(/^\/interrupt$/, ({ core, body }) => {
    let wish: unknown = {};
    try {
      wish = json(body);
    } catch {
      // Without a body it is for whatever runs.
    }
    const id = isObject(wish) ? wish['prompt_id'] : undefined;
    const targeted = typeof id === 'string' && id !== '';
    core.counters.count(targeted ? 'targeted' : 'bare');
    if (targeted && core.queue.running()?.id !== id) return empty();
    if (!useUp(core.faults, 'loseCancels')) core.flags.interrupted = true;
    return empty();
  }),
];

export const historyRoutes: Route[] = [
  get(/^\/history$/, ({ core, url }) => {
    const [max, offset] = ['max_items', 'offset'].map((name) => {
      const text = url.searchParams.get(name);
      if (text === null) return undefined;
      if (!/^-?\d+$/.test(text)) throw new TypeError('invalid literal for int()');
      return Number(text);
    });
    return ok(core.history.page(max, offset));
  }),
  get(/^\/history\/([^/]+)$/, ({ core, params: [id = ''] }) => {
    const entry = core.history.get(id);
    return ok(entry === undefined ? {} : { [id]: entry });
  }),
  post(/^\/history$/, ({ core, body }) => {
    const wish = json(body) as Record<string, unknown>;
    core.counters.count('historyDeletes');
    if (wish['clear'] === true) core.history.clear();
    for (const id of idsIn(wish['delete'])) core.history.remove(id);
    return empty();
  }),
];
