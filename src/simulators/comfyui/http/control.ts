import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Faults } from '../faults.ts';
import type { Stats } from '../stats.ts';
import { json, readBody } from './body.ts';
import { empty, ok, send, type Answer } from './route.ts';

/** Actions of a test on a simulator, besides setting its {@link Faults}. */
export interface Controls {
  faults: Faults;
  /** Changes switches; the ones that are not named stay. */
  setFaults(change: Partial<Faults>): void;
  /** All switches as they were at the start. */
  clearFaults(): void;
  stats(): Stats;
  /** Cuts every event socket without a close frame. */
  dropSockets(): void;
  /** Refuses connections for so long, with what is in memory kept. */
  refuse(ms: number): Promise<void>;
  /**
   * The process dies: memory is gone, files stay. As an object it can be started again with `restart`; as a process it
   * is SIGKILL.
   */
  crash(): Promise<void>;
  restart(): Promise<void>;
  /** Removes an entry from history, or all. */
  evict(promptId?: string): void;
  /** Takes a waiting or running prompt away without a trace. */
  vanish(promptId: string): void;
}

const PREFIX = '/simulator/';
const LIMIT = 1024 ** 2;
/** Time for the answer to leave before the connection is cut. */
const ANSWERED_MS = 20;

/** Requests that are for the stand-in itself, not for the ComfyUI that it plays. */
export const isControl = ({ url }: IncomingMessage): boolean => url?.startsWith(PREFIX) === true;

function act(controls: Controls, name: string, body: Record<string, unknown>): Answer {
  const id = typeof body['prompt_id'] === 'string' ? body['prompt_id'] : undefined;
  switch (name) {
    case 'GET stats':
      return ok(controls.stats());
    case 'GET faults':
      return ok(controls.faults);
    case 'PATCH faults':
      controls.setFaults(body);
      return ok(controls.faults);
    case 'POST clear-faults':
      controls.clearFaults();
      return empty();
    case 'POST drop-sockets':
      controls.dropSockets();
      return empty();
    case 'POST refuse':
      setTimeout(() => void controls.refuse(Number(body['ms'] ?? 1000)), ANSWERED_MS);
      return empty();
    case 'POST crash':
      setTimeout(() => void controls.crash(), ANSWERED_MS);
      return empty();
    case 'POST evict':
      controls.evict(id);
      return empty();
    case 'POST vanish':
      controls.vanish(id ?? '');
      return empty();
    default:
      return empty(404);
  }
}

/**
 * `GET stats`, `GET`/`PATCH faults`, `POST clear-faults | drop-sockets | refuse {ms} | crash | evict {prompt_id?} |
 * vanish {prompt_id}` under `/simulator/`.
 */
export async function control(controls: Controls, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await readBody(request, LIMIT);
    const name = `${request.method} ${(request.url ?? '').slice(PREFIX.length)}`;
    send(response, act(controls, name, body.length === 0 ? {} : (json(body) as Record<string, unknown>)));
  } catch (error) {
    send(response, { status: 400, body: { error: String(error) } });
  }
}
