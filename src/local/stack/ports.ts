import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';
/**
 * Below the ports that systems give to clients (from 32768 on Linux, from 49152 elsewhere), so that no connection takes
 * one before it is used.
 */
const FIRST_PORT = 20_000;
const PORT_COUNT = 12_000;
let looked = Math.floor(Math.random() * PORT_COUNT);

/** @throws if the port is not available. */
async function listenOnce(host: string, port: number): Promise<void> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A port on which nothing listens now; a different one each time. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORT_COUNT; tries += 1) {
    looked = (looked + 1) % PORT_COUNT;
    const port = FIRST_PORT + looked;
    const isFree = await listenOnce(LOOPBACK, port).then(
      () => true,
      () => false,
    );
    if (isFree) return port;
  }
  throw new Error(`No port from ${FIRST_PORT} to ${FIRST_PORT + PORT_COUNT - 1} of ${LOOPBACK} is free`);
}

/** Whether something accepts connections there. */
export async function answers(host: string, port: number, timeoutMs = 1000): Promise<boolean> {
  const socket = connect({ host, port, timeout: timeoutMs });
  try {
    return await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('timeout', () => resolve(false));
      socket.once('error', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}

/**
 * Checks that this process can listen on a port.
 * @param options.what the purpose, for people; `setting` is the variable that changes the port, `orUse` the one that
 * selects the program there.
 * @throws Error that says what to do.
 */
export async function requirePort(options: {
  orUse?: string;
  host: string;
  port: number;
  what: string;
  setting: string;
}): Promise<void> {
  const { host, port, what, setting, orUse } = options;
  const use = orUse === undefined ? '' : ` To use the program there, set ${orUse}=${host}:${port}.`;
  try {
    await listenOnce(host, port);
  } catch (error) {
    throw new Error(
      `Port ${port} (for ${what}) is in use by another program. Stop that program, or set ${setting} to another port.${use}`,
      {
        cause: error,
      },
    );
  }
}
