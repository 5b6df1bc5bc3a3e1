import { SERVER_ENGINES, type ServerEngine } from '../../contracts/names.ts';

const LIMIT_MS = 1500;

/** Whether an address is on this machine. */
export const isLocal = (url: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);

export interface EngineAnswer {
  engine: ServerEngine;
  url: string;
  answers: boolean;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS), redirect: 'manual' });
    // An unread body would keep the connection open.
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether anything answers HTTP at the addresses of the engines; then no stand-in can use the address. The driver
 * checks the state of an engine.
 */
export const askEngines = (at: Readonly<Record<ServerEngine, { url: string }>>): Promise<EngineAnswer[]> =>
  Promise.all(
    SERVER_ENGINES.map(async (engine) => ({ engine, url: at[engine].url, answers: await answers(at[engine].url) })),
  );
