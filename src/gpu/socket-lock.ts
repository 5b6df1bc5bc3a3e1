import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { CardLock } from './card-lock.ts';

/** An abstract socket: it has no file, and the kernel frees its name as soon as its process dies. Linux only. */
export const lockName = (gpuId: string): string =>
  `\0gpu-middleware-${createHash('sha256').update(gpuId).digest('hex').slice(0, 32)}`;

/** The lock of a card as the name of a socket. A running holder answers connections; a stopped one does not. */
export function createSocketLock(gpuId: string): CardLock {
  const name = lockName(gpuId);
  return {
    async take() {
      const server = createServer((asker) => asker.on('error', () => undefined).end(String(process.pid)));
      server.listen({ path: name });
      try {
        await once(server, 'listening');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
        throw error;
      }
      server.unref();
      return {
        beat: () => Promise.resolve(),
        async release() {
          server.close();
          await once(server, 'close');
        },
      };
    },
    async holderAnswers(limitMs) {
      const socket = connect({ path: name });
      let answer = '';
      socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
      await once(socket, 'close', { signal: AbortSignal.timeout(limitMs) }).catch(() => undefined);
      socket.destroy();
      return answer !== '';
    },
  };
}
