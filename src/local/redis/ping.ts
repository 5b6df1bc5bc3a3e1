import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { RedisAddress } from '../../redis/address.ts';
import { redisTlsOptions } from '../../redis/tls.ts';
import { isPasswordRefusal, isTlsRefusal } from '../../redis/refusals.ts';

/**
 * The result of a ping: a Redis that answers; a Redis that requires another password; one without the database; one
 * with untrusted TLS; another program; nothing.
 */
export type RedisAnswer = 'redis' | 'locked' | 'no database' | 'untrusted' | 'other' | 'none';

const TIMEOUT_MS = 1000;

const encode = (...words: string[]): string =>
  [`*${words.length}`, ...words.flatMap((word) => [`$${Buffer.byteLength(word)}`, word]), ''].join('\r\n');

/** Answers to PING that only a Redis gives. A Redis that is loading, cannot save or is busy has its own error. */
const REDIS_WORDS = /^(\+PONG|-(LOADING|DENIED|MISCONF|BUSY|MASTERDOWN|NOREPLICAS|OOM|NOPERM|CLUSTERDOWN)\b)/;

/** Each command gets one line; the last one is that of PING. */
function judge(replies: readonly string[], selects: boolean): RedisAnswer {
  const reply = replies.at(-1) ?? '';
  if (isPasswordRefusal(reply)) return 'locked';
  // The answer to SELECT comes before it.
  if (selects && reply === '+PONG' && /^-(ERR|NOPERM)/.test(replies.at(-2) ?? '')) return 'no database';
  return REDIS_WORDS.test(reply) ? 'redis' : 'other';
}

/** Checks whether a Redis (or Valkey) answers at an address and accepts the login. */
export async function pingRedis(address: RedisAddress): Promise<RedisAnswer> {
  const { host, port, username, password, db = 0, tls = false } = address;
  const login = username === undefined ? [] : [username];
  const commands = [
    ...(password === undefined ? [] : [encode('AUTH', ...login, password)]),
    ...(db === 0 ? [] : [encode('SELECT', String(db))]),
    encode('PING'),
  ];
  const place = { host, port, timeout: TIMEOUT_MS };
  const socket = tls ? connectTls({ ...place, ...redisTlsOptions(host) }) : connect(place);
  socket.setEncoding('utf8');
  try {
    return await new Promise((resolve) => {
      let connected = false;
      let received = '';
      const judged = (): RedisAnswer => (connected ? judge(received.split('\r\n').filter(Boolean), db !== 0) : 'none');
      socket.once(tls ? 'secureConnect' : 'connect', () => {
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
      socket.once('error', ({ message }) => {
        if (tls && isTlsRefusal(message)) resolve('untrusted');
      });
    });
  } finally {
    socket.destroy();
  }
}
