import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Who holds a card. */
export interface HostLock {
  release(): Promise<void>;
}

const RETRY_MS = 500;

/** An abstract socket: it has no file, and the kernel frees its name the moment its process dies. Linux only. */
export const lockName = (gpuId: string): string =>
  `\0gpu-middleware-${createHash('sha256').update(gpuId).digest('hex').slice(0, 32)}`;

async function tryLock(name: string): Promise<Server | undefined> {
  const server = createServer((asker) => asker.on('error', () => undefined).end(String(process.pid)));
  server.listen({ path: name });
  try {
    await once(server, 'listening');
    server.unref();
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

/** The process that holds a name; undefined when it does not say so, being stopped for example. */
async function holderOf(name: string): Promise<string | undefined> {
  const socket = connect({ path: name });
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  await once(socket, 'close', { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
  socket.destroy();
  return answer === '' ? undefined : answer;
}

/**
 * Keeps every other process of this machine off a card: waits until the lock is free, and holds it until it is released or this
 * process ends. It stays held while the process is merely stopped.
 * @param onHeld told once when another process has it, with its pid where it says so.
 * @throws the signal's reason when aborted while it waits.
 */
export async function lockCard(
  gpuId: string,
  options: { signal: AbortSignal; onHeld: (pid: string | undefined) => void },
): Promise<HostLock> {
  if (process.platform !== 'linux') return { release: () => Promise.resolve() };
  const name = lockName(gpuId);
  let told = false;
  for (;;) {
    const server = await tryLock(name);
    if (server !== undefined)
      return {
        release: async () => {
          server.close();
          await once(server, 'close');
        },
      };
    if (!told) options.onHeld(await holderOf(name));
    told = true;
    await delay(RETRY_MS, undefined, { signal: options.signal });
  }
}
