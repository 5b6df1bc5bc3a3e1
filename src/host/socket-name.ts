import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** The name of a socket in Linux's abstract namespace, for something that only one process may have. */
export const socketName = (key: string, prefix = 'gpu-middleware-'): string =>
  `\0${prefix}${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;

/**
 * Listens under an abstract name. The name has no file, and the kernel frees it as soon as its process dies.
 * @returns undefined if another process has the name.
 */
export async function takeSocketName(
  name: string,
  onConnection: (socket: Socket) => void,
): Promise<Server | undefined> {
  const server = createServer(onConnection);
  server.listen({ path: name });
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
  server.unref();
  return server;
}
