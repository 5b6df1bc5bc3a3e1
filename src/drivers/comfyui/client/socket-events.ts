import { z } from 'zod';
import { parsePythonJson } from './python-json.ts';

/** The socket's events about one prompt that the driver uses. */
export type ComfyuiEvent =
  | { type: 'queue' }
  | { type: 'started' }
  | { type: 'cached'; nodes: string[] }
  /** `node` began to run. */
  | { type: 'node'; node: string }
  | { type: 'steps'; node: string; value: number; max: number }
  | { type: 'states'; nodes: { node: string; value: number; max: number; finished: boolean }[] }
  /** The prompt ended; the next poll shows how. */
  | { type: 'ended' };

const frame = z.looseObject({ type: z.string(), data: z.looseObject({ prompt_id: z.string().optional() }).optional() });
const cached = z.looseObject({ nodes: z.array(z.coerce.string()) });
const executing = z.looseObject({ node: z.coerce.string().nullable() });
const steps = z.looseObject({ node: z.coerce.string(), value: z.number(), max: z.number() });
const states = z.looseObject({
  nodes: z.record(
    z.string(),
    z.looseObject({
      value: z.number().catch(0),
      max: z.number().catch(1),
      state: z.string().catch(''),
      real_node_id: z.coerce.string().optional(),
    }),
  ),
});

const ENDS = new Set(['execution_success', 'execution_error', 'execution_interrupted']);

/**
 * Parses a text frame as an event of the given prompt; null for other prompts, unused types and invalid frames. ComfyUI
 * sends `executing` without a prompt id to a new socket if its prompt is running.
 */
export function readEvent(text: string, promptId: string): ComfyuiEvent | null {
  const { success, data: event } = frame.safeParse(parsePythonJson(text));
  if (!success) return null;
  const { type, data = {} } = event;
  if (type === 'status') return { type: 'queue' };
  if (data.prompt_id !== promptId && !(type === 'executing' && data.prompt_id === undefined)) return null;
  if (type === 'execution_start') return { type: 'started' };
  if (ENDS.has(type)) return { type: 'ended' };
  if (type === 'execution_cached') return eventOf(cached, data, ({ nodes }) => ({ type: 'cached', nodes }));
  if (type === 'progress') return eventOf(steps, data, ({ node, value, max }) => ({ type: 'steps', node, value, max }));
  if (type === 'executing')
    return eventOf(executing, data, ({ node }) => (node === null ? { type: 'ended' } : { type: 'node', node }));
  if (type !== 'progress_state') return null;
  return eventOf(states, data, ({ nodes }) => ({
    type: 'states',
    nodes: Object.entries(nodes).map(([id, { value, max, state, real_node_id: real }]) => ({
      node: real ?? id,
      value,
      max,
      finished: state === 'finished',
    })),
  }));
}

function eventOf<T extends z.ZodType>(schema: T, data: unknown, make: (data: z.infer<T>) => ComfyuiEvent) {
  const parsed = schema.safeParse(data);
  return parsed.success ? make(parsed.data) : null;
}
