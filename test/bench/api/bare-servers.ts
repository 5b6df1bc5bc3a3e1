import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import express from 'express';
import { announceReady, stopRequested } from '../../../src/process.ts';

/**
 * What the API is compared with, in a process of its own: an Express route with a constant answer, and a folder whose
 * files are piped to and from the network:
 * `bare-servers.js <folder> <port of the route> <port of the files> <the answer, JSON>`.
 */
const [, , folder = '', routePort, filesPort, answer = ''] = process.argv;

const app = express();
const constant: unknown = JSON.parse(answer);
app.get('/task_status/:task_id', (_request, response) => void response.json(constant));
const routes = app.listen(Number(routePort), '127.0.0.1');

const files = createServer((request, response) => {
  const file = path.join(folder, path.basename(request.url ?? ''));
  const moved =
    request.method === 'PUT'
      ? pipeline(request, createWriteStream(file)).then(() => response.writeHead(201).end())
      : pipeline(createReadStream(file, { highWaterMark: 256 * 1024 }), response);
  moved.catch((error: unknown) => response.destroy(error as Error));
}).listen(Number(filesPort), '127.0.0.1');

await Promise.all([once(routes, 'listening'), once(files, 'listening')]);
announceReady();
await stopRequested();
process.exit();
