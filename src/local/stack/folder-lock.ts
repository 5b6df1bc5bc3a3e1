import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, constants, openSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

/** O_EXLOCK of macOS and the BSDs, which Node does not name: the open file carries a lock that ends with it. */
const EXCLUSIVE_LOCK = 0x20;

/** A socket in Linux's abstract namespace: no file, and the kernel frees its name the moment its holder dies. */
async function lockSocket(folder: string): Promise<(() => void) | undefined> {
  const server = createServer((socket) => socket.destroy());
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  server.listen(`\0gpu-middleware-data-${name}`);
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
  server.unref();
  return () => void server.close();
}

function lockFile(folder: string): (() => void) | undefined {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | EXCLUSIVE_LOCK;
  try {
    const lock = openSync(path.join(folder, 'stack.lock'), flags, 0o644);
    return () => closeSync(lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}

/**
 * Takes the one lock of an existing folder; it ends with this process however that ends, so that no stale one is ever left.
 * @returns what gives it free; undefined when another holds it.
 */
export async function lockFolder(folder: string): Promise<(() => void) | undefined> {
  const real = realpathSync(folder);
  return process.platform === 'linux' ? lockSocket(real) : lockFile(real);
}
