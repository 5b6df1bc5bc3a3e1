import { closeSync, constants, openSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { socketName, takeSocketName } from '../../host/socket-name.ts';

/** O_EXLOCK of macOS and the BSDs, which Node does not name: the open file has a lock that ends with it. */
const EXCLUSIVE_LOCK = 0x20;

async function lockSocket(folder: string): Promise<(() => void) | undefined> {
  const server = await takeSocketName(socketName(folder, 'gpu-middleware-data-'), (socket) => socket.destroy());
  return server && (() => void server.close());
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
 * Takes the lock of an existing folder. The lock ends with this process in any case, so there is never a stale lock.
 * @returns a function that releases it; undefined if another process has it.
 */
export async function lockFolder(folder: string): Promise<(() => void) | undefined> {
  const real = realpathSync(folder);
  return process.platform === 'linux' ? lockSocket(real) : lockFile(real);
}
