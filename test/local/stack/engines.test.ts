import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import type { Redis } from 'ioredis';
import { loadConfig } from '../../../src/config.ts';
import { forServerEngines, SERVER_ENGINES } from '../../../src/contracts/names.ts';
import { askEngines } from '../../../src/local/stack/engines.ts';
import { createLineLogger } from '../../../src/logging.ts';
import { createEngines } from '../../../src/engines/engines.ts';
import { checkHealth } from '../../../src/status/health.ts';
import type { Temporal } from '../../../src/temporal/connection.ts';

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
  const { url, closed } = await endlessEngine(SERVER_ENGINES.length);
  const found = await askEngines(forServerEngines(() => ({ url })));
  expect(found.map(({ answers }) => answers)).toEqual(SERVER_ENGINES.map(() => true));
  await closed;
});

/** Something that answers every page with a page of its own, and another thing that lets nobody in. */
async function answering(status: number, body: string): Promise<string> {
  const server = createServer((_request, response) => void response.writeHead(status).end(body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([
  [200, '<html>It works!</html>', /_(unavailable|failed)$/],
  [200, '{}', /_(unavailable|failed)$/],
  [401, '', /_denied$/],
  [503, '', /_unavailable$/],
])('A server that answers %i %j is not an engine, and health says what its tasks say', async (status, body, code) => {
  const url = await answering(status, body);
  const { host } = new URL(url);
  const config = loadConfig({ COMFYUI_URL: `http://user:hunter2@${host}/?token=hunter3`, COSYVOICE_URL: url });
  const temporal = { connection: { withDeadline: away } } as unknown as Temporal;
  const silent = createLineLogger('test', () => undefined);
  const engines = createEngines({ config, logger: silent });
  const found = await checkHealth({
    temporal,
    redis: { ping: away } as unknown as Redis,
    config,
    engines,
    redisWriteRefusal: () => Promise.resolve(null),
  });
  for (const engine of ['comfyui', 'cosyvoice'] as const) {
    const told = await engines[engine].check();
    expect(found.engines[engine]).toMatchObject({ ok: false, code: expect.stringMatching(code) });
    expect(found.engines[engine].detail).toContain(told.up ? 'up' : told.message);
  }
  expect(JSON.stringify(found)).not.toMatch(/hunter|user:/);
});
