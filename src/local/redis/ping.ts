import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { RedisAddress } from '../../redis/address.ts';
import { redisTlsOptions } from '../../redis/tls.ts';
import { isPasswordRefusal, isTlsRefusal } from '../../redis/refusals.ts';

/** A Redis that answers us; one that wants a password that we do not have; one without our database; one whose TLS we do not trust; another program; nothing. */
export type RedisAnswer = 'redis' | 'locked' | 'no database' | 'untrusted' | 'other' | 'none';

const TIMEOUT_MS = 1000;

const encode = (...words: string[]): string =>
  [`*${words.length}`, ...words.flatMap((word) => [`$${Buffer.byteLength(word)}`, word]), ''].join('\r\n');

/** What only a Redis answers to PING: one that loads its data, cannot save or is kept busy has an error of its own. */
const REDIS_WORDS = /^(\+PONG|-(LOADING|DENIED|MISCONF|BUSY|MASTERDOWN|NOREPLICAS|OOM|NOPERM|CLUSTERDOWN)\b)/;

/** Each command gets one line; the last one is that of PING. */
function judge(replies: readonly string[], selects: boolean): RedisAnswer {
  const reply = replies.at(-1) ?? '';
  if (isPasswordRefusal(reply)) return 'locked';
  // Before it stands what SELECT got.
  if (selects && reply === '+PONG' && /^-(ERR|NOPERM)/.test(replies.at(-2) ?? '')) return 'no database';
  return REDIS_WORDS.test(reply) ? 'redis' : 'other';
}

/** Asks whether a Redis (or Valkey) answers at an address, and lets us in. */
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
