import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createPlainServer, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { createSourceFetcher, type SourceFetcherOptions } from '../../src/sources/source-fetcher.ts';
import { projectRoot } from '../../src/host/project.ts';
import { scratchFolder } from './scratch.ts';

const fixture = (name: string): string =>
  readFileSync(path.join(projectRoot(), 'test/fixtures/localhost-tls', name), 'utf8');
/**
 * The certificate of the servers of this file, valid for localhost, outside.example and 127.0.0.1; it is its own
 * authority.
 */
export const CERTIFICATE = fixture('certificate.pem');

/** A server that a payload may name, until the test has ended. */
export async function startSource(
  answer: RequestListener,
  { plain = false }: { plain?: boolean } = {},
): Promise<{ base: string; port: number; asked: string[] }> {
  const asked: string[] = [];
  const listen: RequestListener = (request, response) => {
    asked.push(request.url ?? '');
    return answer(request, response);
  };
  const server = plain
    ? createPlainServer(listen)
    : createServer({ cert: CERTIFICATE, key: fixture('key.pem') }, listen);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { base: `${plain ? 'http' : 'https'}://localhost:${port}`, port, asked };
}

/** Fetches into a folder of its own. By default it may connect to this machine, and trusts the servers above. */
export async function startFetcher(options: Partial<SourceFetcherOptions> = {}) {
  const root = options.assets?.root ?? (await scratchFolder());
  const fetcher = createSourceFetcher({
    assets: { root, aliases: [] },
    mostBytes: 1_000_000,
    seconds: 20,
    allowPrivate: true,
    reserveBytes: 0,
    agent: { ca: CERTIFICATE },
    ...options,
  });
  onTestFinished(() => fetcher.close());
  return { fetcher, root };
}
