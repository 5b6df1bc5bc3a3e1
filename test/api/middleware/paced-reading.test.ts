import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import express from 'express';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { paceReading } from '../../../src/api/middleware/paced-reading.ts';

const MB = 1024 * 1024;
const CLIENTS = 20;
let inTurn = 0;
let most = 0;

const app = express();
app.use(paceReading());
app.use((request, _response, next) => {
  request.on('data', (chunk: Buffer) => {
    if (inTurn === 0) setImmediate(() => (inTurn = 0));
    inTurn += chunk.length;
    most = Math.max(most, inTurn);
  });
  next();
});
app.use(express.raw({ limit: 4 * MB, type: () => true }), (request, response) => {
  response.json((request.body as Buffer).reduce((sum, byte) => sum + byte, 0));
});
const server = createServer(app);

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

/** Sends bodies at once, from a thread of its own; resolves with the answers. */
const CLIENT = `
  const { parentPort, workerData: { port, lengths } } = require('node:worker_threads');
  const post = (length, index) =>
    fetch('http://127.0.0.1:' + port, { method: 'POST', body: Buffer.alloc(length, index) }).then((answer) => answer.json());
  Promise.all(lengths.map(post)).then((answers) => parentPort.postMessage(answers));
`;

test('One turn of the event loop reads a little of many large bodies, and all of them arrive whole.', async () => {
  const { port } = server.address() as AddressInfo;
  const lengths = Array.from({ length: CLIENTS }, () => 2 * MB);
  const client = new Worker(CLIENT, { eval: true, workerData: { port, lengths } });
  onTestFinished(async () => void (await client.terminate()));
  const answered = once(client, 'message');
  await once(server, 'request');
  // What the system takes meanwhile can all be read in one turn.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  expect(await answered).toEqual([lengths.map((length, index) => index * length)]);
  // A connection that is stopped has two pieces of 64 kB under way.
  expect(most).toBeLessThan(MB + CLIENTS * 2 * 65_536 + 1);
});
