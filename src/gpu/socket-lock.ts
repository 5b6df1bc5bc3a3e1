import { once } from 'node:events';
import { connect } from 'node:net';
import { socketName, takeSocketName } from '../host/socket-name.ts';
import type { CardLock } from './card-lock.ts';
import { readHolderName, writeHolderName } from './holder-name.ts';

/**
 * The lock of a card as the name of a socket. A running holder answers connections with its name; a stopped one does
 * not answer.
 */
export function createSocketLock(gpuId: string): CardLock {
  const name = socketName(gpuId);
  const ask = async (limitMs: number): Promise<string> => {
    const socket = connect({ path: name });
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    // It takes whole milliseconds only, and a third of a lease may be none.
    await once(socket, 'close', { signal: AbortSignal.timeout(Math.ceil(limitMs)) }).catch(() => undefined);
    socket.destroy();
    return answer;
  };
  return {
    async take() {
      const holder = writeHolderName();
      const server = await takeSocketName(name, (asker) => asker.on('error', () => undefined).end(holder));
      if (server === undefined) return undefined;
      return {
        beat: () => Promise.resolve(),
        async release() {
          server.close();
          await once(server, 'close');
        },
      };
    },
    readHolder: async (limitMs) => readHolderName(await ask(limitMs)),
    holderAnswers: async (limitMs) => (await ask(limitMs)) !== '',
  };
}
