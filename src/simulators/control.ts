import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a test does with any stand-in. */
export interface Controls<Faults, Stats> {
  faults: Faults;
  /** Changes switches; the ones that are not named stay. */
  setFaults(change: Partial<Faults>): void;
  /** All switches as they were at the start. */
  clearFaults(): void;
  stats(): Stats;
  /** Refuses connections for so long, with what is in memory kept. */
  refuse(ms: number): Promise<void>;
  /**
   * The process dies: memory is gone, files stay. As an object it can be started again with `restart`; as a process it
   * is SIGKILL.
   */
  crash(): Promise<void>;
  restart(): Promise<void>;
}

/** Actions of a test by method and name, such as `POST crash`. Each gets the body, and gives the answer. */
export type Actions = Record<string, (body: Record<string, unknown>) => unknown>;

const PREFIX = '/simulator/';
/** Time for the answer to leave before the connection is cut. */
const ANSWERED_MS = 20;

/** `GET stats`, `GET`/`PATCH faults`, `POST clear-faults | refuse {ms} | crash`, which every stand-in has. */
export const commonActions = <Faults, Stats>(controls: Controls<Faults, Stats>): Actions => ({
  'GET stats': () => controls.stats(),
  'GET faults': () => controls.faults,
  'PATCH faults': (body) => {
    controls.setFaults(body as Partial<Faults>);
    return controls.faults;
  },
  'POST clear-faults': () => controls.clearFaults(),
  'POST refuse': ({ ms = 1000 }) => void setTimeout(() => void controls.refuse(Number(ms)), ANSWERED_MS),
  'POST crash': () => void setTimeout(() => void controls.crash(), ANSWERED_MS),
});

/** Whether a request is for the stand-in itself, not for the server that it plays. */
export const isControl = ({ url }: IncomingMessage): boolean => url?.startsWith(PREFIX) === true;

/** Answers a request to `/simulator/<action>`. */
export async function control(actions: Actions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = (status: number, body: unknown = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  try {
    const body = (await text(request)) || '{}';
    const action = actions[`${request.method} ${(request.url ?? '').slice(PREFIX.length)}`];
    if (action === undefined) answer(404);
    else answer(200, action(JSON.parse(body) as Record<string, unknown>));
  } catch (error) {
    answer(400, { error: String(error) });
  }
}
