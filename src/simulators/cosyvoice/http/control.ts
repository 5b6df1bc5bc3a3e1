import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Faults } from '../faults.ts';
import type { Stats } from '../stats.ts';
import { send, type Answer } from './answer.ts';

/** Actions of a test on a simulator, besides setting its {@link Faults}. */
export interface Controls {
  faults: Faults;
  /** Changes switches; the ones that are not named stay. */
  setFaults(change: Partial<Faults>): void;
  /** All switches as they were at the start. */
  clearFaults(): void;
  stats(): Stats;
  /** Lets hanging generations go: they end as failures of the model. */
  release(): void;
  /** Refuses connections for so long, as a server does that still loads; what runs goes on. */
  refuse(ms: number): Promise<void>;
  /** The process dies. As an object it can be started again with `restart`; as a process it is SIGKILL. */
  crash(): Promise<void>;
  restart(): Promise<void>;
}

const PREFIX = '/simulator/';

/** Requests that are for the stand-in itself, not for the server that it plays. */
export const isControl = ({ url }: IncomingMessage): boolean => url?.startsWith(PREFIX) === true;

const done: Answer = { status: 200, body: {} };

function act(controls: Controls, name: string, body: Record<string, unknown>): Answer {
  switch (name) {
    case 'GET stats':
      return { status: 200, body: controls.stats() };
    case 'GET faults':
      return { status: 200, body: controls.faults };
    case 'PATCH faults':
      controls.setFaults(body);
      return { status: 200, body: controls.faults };
    case 'POST clear-faults':
      controls.clearFaults();
      return done;
    case 'POST release':
      controls.release();
      return done;
    case 'POST refuse':
      setImmediate(() => void controls.refuse(Number(body['ms'] ?? 1000)));
      return done;
    case 'POST crash':
      setImmediate(() => void controls.crash());
      return done;
    default:
      return { status: 404, body: {} };
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return parts.length === 0 ? {} : (JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>);
}

/** `GET stats`, `GET`/`PATCH faults`, `POST clear-faults | release | refuse {ms} | crash` under `/simulator/`. */
export async function control(controls: Controls, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const name = `${request.method} ${(request.url ?? '').slice(PREFIX.length)}`;
    send(response, act(controls, name, await bodyOf(request)));
  } catch (error) {
    send(response, { status: 400, body: { error: String(error) } });
  }
}
