import { Pool } from 'undici';
import { quantiles } from '../dispatch/measure.ts';

/** How fast something was. Times are in ms. */
export interface Pace {
  perSecond: number;
  p50: number;
  p99: number;
}

/** Calls a function from several clients at once, each one after the other. @throws the first error. */
export async function pace(
  call: () => Promise<unknown>,
  { clients, isOver }: { clients: number; isOver: (calls: number, seconds: number) => boolean },
): Promise<Pace> {
  const times: number[] = [];
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  let started = 0;
  const client = async (): Promise<void> => {
    while (!isOver(started, seconds())) {
      started += 1;
      const asked = performance.now();
      await call();
      times.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const perSecond = times.length / seconds();
  const { p50, p99 } = quantiles(times);
  return { perSecond, p50, p99 };
}

/** A client with connections that stay open. */
export function createHttpClient(origin: string, connections: number) {
  const pool = new Pool(origin, { connections, headersTimeout: 120_000, bodyTimeout: 120_000 });
  return {
    /** @returns the text of the answer. @throws if it is not a success. */
    async ask(path: string, body?: unknown): Promise<string> {
      const answer = await pool.request({
        path,
        method: body === undefined ? 'GET' : 'POST',
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const text = await answer.body.text();
      if (answer.statusCode >= 300) throw new Error(`HTTP ${answer.statusCode}: ${text}`);
      return text;
    },
    close: () => pool.close(),
  };
}
