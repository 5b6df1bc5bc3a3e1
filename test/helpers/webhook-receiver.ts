import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a receiver got. */
export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  body: { type: string; timestamp: string; data: Record<string, unknown> };
}

type Answer = (response: ServerResponse, received: Received, nth: number) => void;

const textOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString();
};

/** A receiver of webhooks on a port of this machine. `answer` may be replaced; by default it says 204. */
export async function startReceiver(port = 0) {
  const received: Received[] = [];
  const rig = {
    answer: ((response) => response.writeHead(204).end()) as Answer,
    received,
    /** Those for a path. */
    at: (path: string): Received[] => received.filter((one) => one.path === path),
    url: '',
    port: 0,
    async close(): Promise<void> {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  const server = createServer((request, response) => {
    void (async () => {
      const text = await textOf(request);
      const one = {
        path: request.url ?? '',
        headers: request.headers,
        text,
        body: JSON.parse(text) as Received['body'],
      };
      received.push(one);
      rig.answer(response, one, rig.at(one.path).length);
    })();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  rig.port = (server.address() as AddressInfo).port;
  rig.url = `http://127.0.0.1:${rig.port}`;
  return rig;
}
export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
