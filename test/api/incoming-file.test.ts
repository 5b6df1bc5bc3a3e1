import { once } from 'node:events';
import { createServer, request as openRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import { createHttpServer } from '../../src/api/http-server.ts';
import { incomingFile } from '../../src/api/incoming-file.ts';
import { createFileRoutes } from '../../src/api/routes/files.ts';
import { AppError } from '../../src/errors.ts';
import { memorySentFiles } from '../helpers/memory-sent-files.ts';
import { createFileLibrary } from '../../src/files/file-library.ts';
import { createLineLogger } from '../../src/logging.ts';
import { scratchFolder } from '../helpers/scratch.ts';

test('A client that sends nothing for too long is not waited for, and its connection stays for the answer', async () => {
  const server = createServer((request, response) => {
    const { body, signal } = incomingFile(request, 50);
    const read = async (): Promise<void> => {
      for await (const chunk of body) expect(chunk.toString()).toBe('some');
    };
    read().catch(() => undefined);
    signal?.addEventListener('abort', () => {
      response.end(signal.reason instanceof AppError ? signal.reason.code : 'other');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const request = openRequest({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', method: 'PUT' });
  request.on('error', () => undefined).write('some');
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  expect(await text(response)).toBe('request_timeout');
  request.destroy();
});

/** `UPLOAD_TEST_MB` makes it larger. */
const MEGABYTES = Number(process.env['UPLOAD_TEST_MB'] ?? 256);
const MEGABYTE = 1024 * 1024;
/** The most that the process may grow. */
const MOST_GROWTH = 100 * MEGABYTE;

test(`A file of ${MEGABYTES} MB is sent and fetched without being held in memory`, async () => {
  const root = await scratchFolder();
  const files = createFileLibrary({ root, aliases: [] }, { mostBytes: 10_000 * MEGABYTE });
  const logger = createLineLogger('GPUServer', () => undefined);
  const routes = createFileRoutes({ files, sent: memorySentFiles() });
  const none = { keys: [], origins: [], hosts: [], requestsPerMinute: 0 };
  const app = createApp({ routes, maxBodyBytes: 1, checkAnswers: true, ...none, logger });
  const server = createHttpServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const target = { port, host: '127.0.0.1', path: '/assets/large.bin' };

  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let most = 0;
  const look = (): void => void (most = Math.max(most, process.memoryUsage.rss() - before));

  // The client is in this process, too, so it uses one chunk for all.
  const chunk = Buffer.alloc(MEGABYTE, 'x');
  const upload = openRequest({ ...target, method: 'PUT' });
  const stored = once(upload, 'response') as Promise<[IncomingMessage]>;
  for (let sent = 0; sent < MEGABYTES; sent++) {
    if (!upload.write(chunk)) await once(upload, 'drain');
    look();
  }
  upload.end();
  const [answer] = await stored;
  expect(JSON.parse(await text(answer))).toMatchObject({ size_bytes: MEGABYTES * MEGABYTE });

  const [download] = (await once(openRequest(target).end(), 'response')) as [IncomingMessage];
  let bytes = 0;
  for await (const part of download as AsyncIterable<Buffer>) {
    bytes += part.length;
    look();
  }
  expect(bytes).toBe(MEGABYTES * MEGABYTE);
  expect(most).toBeLessThan(MOST_GROWTH);
});
