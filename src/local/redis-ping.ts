import { connect } from 'node:net';
import { isPasswordRefusal } from '../status/redis-password.ts';

export interface RedisAddress {
  host: string;
  port: number;
  password?: string | undefined;
}

/** A Redis that answers us; one that wants a password that we do not have; another program; nothing. */
export type RedisAnswer = 'redis' | 'locked' | 'other' | 'none';

const encode = (...words: string[]): string =>
  [`*${words.length}`, ...words.flatMap((word) => [`$${Buffer.byteLength(word)}`, word]), ''].join('\r\n');

/** Each command gets one line; the last one is that of PING. One that loads its data answers with an error of its own. */
function judge(replies: readonly string[]): RedisAnswer {
  const reply = replies.at(-1) ?? '';
  if (isPasswordRefusal(reply)) return 'locked';
  return /^(\+PONG|-LOADING|-DENIED)/.test(reply) ? 'redis' : 'other';
}

/** Asks whether a Redis (or Valkey) answers at an address, and lets us in. */
export async function pingRedis({ host, port, password }: RedisAddress, timeoutMs = 1000): Promise<RedisAnswer> {
  const commands = [...(password === undefined ? [] : [encode('AUTH', password)]), encode('PING')];
  const socket = connect({ host, port, timeout: timeoutMs }).setEncoding('utf8');
  try {
    return await new Promise((resolve) => {
      let connected = false;
      let received = '';
      const judged = (): RedisAnswer => (connected ? judge(received.split('\r\n').filter(Boolean)) : 'none');
      socket.once('connect', () => {
        connected = true;
        socket.write(commands.join(''));
      });
      socket.on('data', (text: string) => {
        received += text;
        const isRedis = /^[+-]/.test(received);
        if (!isRedis || received.split('\r\n').length > commands.length) resolve(judged());
      });
      socket.once('timeout', () => resolve(judged()));
      socket.once('close', () => resolve(judged()));
      socket.once('error', () => undefined);
    });
  } finally {
    socket.destroy();
  }
}
