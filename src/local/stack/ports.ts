import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** A port that nobody listens on right now. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system named no port');
  return address.port;
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
 * Makes sure that we can listen on a port.
 * @param options.what who wants it, for people; `setting` is the variable that moves it, `orUse` one that names the program there.
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
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    throw new Error(
      `Port ${port}, for ${what}, is taken by another program. Stop that one, or set ${setting} to another port.${use}`,
      {
        cause: error,
      },
    );
  } finally {
    server.close();
  }
}
