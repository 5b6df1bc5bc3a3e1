import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import type { Redis } from 'ioredis';
import { loadConfig } from '../../src/config.ts';
import { askEngines } from '../../src/local/engines.ts';
import { checkHealth } from '../../src/status/health.ts';
import type { Temporal } from '../../src/temporal/connection.ts';

afterEach(() => void vi.restoreAllMocks());

/** An engine whose page never ends; `closed` resolves when the client has let go of so many of them. */
async function endlessEngine(count: number): Promise<{ url: string; closed: Promise<void> }> {
  let left = count;
  const server = createServer();
  const closed = new Promise<void>((resolve) => {
    server.on('request', (_request: IncomingMessage, response: ServerResponse) => {
      response.write('<html>');
      response.once('close', () => {
        left -= 1;
        if (left === 0) resolve();
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, closed };
}

const away = (): Promise<never> => Promise.reject(new Error('away'));

/** Otherwise the time limit of the question would end the connection in any case. */
const withoutLimit = (): void => void vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);

test('Looking whether the engines answer leaves no connection behind', async () => {
  withoutLimit();
  const { url, closed } = await endlessEngine(2);
  const found = await askEngines({ comfyuiUrl: url, cosyvoiceUrl: url });
  expect(found.map(({ answers }) => answers)).toEqual([true, true]);
  await closed;
});

test('A look at the health leaves no connection behind', async () => {
  withoutLimit();
  const { url, closed } = await endlessEngine(2);
  const config = loadConfig({ COMFYUI_URL: url, COSYVOICE_URL: url });
  const temporal = { connection: { withDeadline: away } } as unknown as Temporal;
  const { engines } = await checkHealth({ temporal, redis: { ping: away } as unknown as Redis, config });
  expect(engines.comfyui.ok && engines.cosyvoice.ok).toBe(true);
  await closed;
});
