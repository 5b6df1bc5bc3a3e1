import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { inject, onTestFinished } from 'vitest';
import type { ChildSpec } from '../../src/local/stack/child.ts';
import { answers, freePort } from '../../src/local/stack/ports.ts';
import { supervise } from '../../src/local/stack/supervise.ts';
import { createLines } from './lines.ts';
import { scratchFolder } from './scratch.ts';

/** Percent-encoded in an address. */
export const USER = 'worker';
export const PASSWORD = 'p@ss:w/rd';

const openssl = (folder: string, line: string): void => {
  const { status, stderr } = spawnSync('openssl', line.split(' '), { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
};

/** Whether this machine has what a Redis with TLS takes. */
export function canServeTls(redisBinary: string): boolean {
  if (spawnSync('openssl', ['version']).status !== 0) return false;
  // One that is built without TLS does not know the word.
  const { stdout } = spawnSync(redisBinary, ['--port', '0', '--tls-port', '1'], { encoding: 'utf8', timeout: 5000 });
  return !/Bad directive|wrong number of arguments/i.test(stdout);
}

/** A Redis that speaks TLS alone, with a certificate of an authority of its own, and knows no user but ours. */
export async function startTlsRedis(): Promise<{ port: number; authority: string; folder: string }> {
  const [folder, port] = [await scratchFolder(), await freePort()];
  writeFileSync(path.join(folder, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  openssl(folder, 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem');
  openssl(folder, 'req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout redis.key -out redis.csr');
  openssl(
    folder,
    'x509 -req -in redis.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out redis.pem',
  );
  const settings = [
    'port 0',
    `tls-port ${port}`,
    'bind 127.0.0.1',
    'tls-cert-file redis.pem',
    'tls-key-file redis.key',
    'tls-ca-cert-file ca.pem',
    'tls-auth-clients no',
    'save ""',
    'user default off',
    `user ${USER} on >${PASSWORD} ~* &* +@all`,
  ];
  writeFileSync(path.join(folder, 'redis.conf'), `${settings.join('\n')}\n`);
  const spec: ChildSpec = {
    name: 'Redis',
    command: inject('redisBinary'),
    args: ['redis.conf'],
    env: process.env,
    cwd: folder,
    ready: async () => {
      while (!(await answers('127.0.0.1', port)));
    },
    readyLimitMs: 30_000,
    graceMs: 5000,
    output: { file: path.join(folder, 'redis.log') },
  };
  const child = supervise(spec, { logger: createLines().logger });
  onTestFinished(() => child.stop());
  await child.start();
  return { port, authority: path.join(folder, 'ca.pem'), folder };
}
