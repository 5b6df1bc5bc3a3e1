import { SERVER_ENGINES, type ServerEngine } from '../../contracts/names.ts';

const LIMIT_MS = 1500;

/** Whether an address is one of this machine. */
export const isLocal = (url: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);

export interface EngineAnswer {
  engine: ServerEngine;
  url: string;
  answers: boolean;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS), redirect: 'manual' });
    // A body that nobody reads would keep the connection.
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

/** Whether anything answers HTTP where the engines should be, so that no stand-in can take its place. How an engine is, its driver tells. */
export const askEngines = (at: Readonly<Record<ServerEngine, { url: string }>>): Promise<EngineAnswer[]> =>
  Promise.all(
    SERVER_ENGINES.map(async (engine) => ({ engine, url: at[engine].url, answers: await answers(at[engine].url) })),
  );
