import { once } from 'node:events';
import { connect } from 'node:net';
import { socketName, takeSocketName } from '../host/socket-name.ts';
import type { CardLock } from './card-lock.ts';

/** The lock of a card as the name of a socket. A running holder answers connections; a stopped one does not. */
export function createSocketLock(gpuId: string): CardLock {
  const name = socketName(gpuId);
  return {
    async take() {
      const server = await takeSocketName(name, (asker) => asker.on('error', () => undefined).end(String(process.pid)));
      if (server === undefined) return undefined;
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
