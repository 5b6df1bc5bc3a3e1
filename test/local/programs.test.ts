import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findChromium } from '../../src/host/chromium/find-chromium.ts';
import { runCommand } from '../../src/host/command.ts';
import { freePort, requirePort } from '../../src/local/stack/ports.ts';
import { pingRedis } from '../../src/local/redis/ping.ts';
import { writeJson } from '../../src/host/json-file.ts';
import { createLines } from '../helpers/lines.ts';
import { scratchFolder } from '../helpers/scratch.ts';

/** A server that answers each connection's first bytes with `reply`. */
async function listen(reply: string): Promise<number> {
  const server = createServer((socket) => socket.once('data', () => socket.end(reply)).on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function script(text: string): Promise<string> {
  const file = path.join(await scratchFolder(), 'program');
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
  return file;
}

describe('A program that is run', () => {
  test('hands over its lines as it prints them, and all of them at the end', async () => {
    const lines: string[] = [];
    const output = await runCommand(await script('echo one; echo two >&2'), [], { onLine: (line) => lines.push(line) });
    expect(lines.toSorted((a, b) => a.localeCompare(b))).toEqual(['one', 'two']);
    expect(output).toContain('one');
  });

  test('that fails is reported with its last lines', async () => {
    const failing = await script('echo start; echo "the disk is full" >&2; exit 4');
    await expect(runCommand(failing, [])).rejects.toThrow(/exit code 4.*the disk is full/);
  });
});

describe('A Redis', () => {
  test('is distinguished from another program and from no program', async () => {
    const ping = async (reply: string, password?: string, db?: number) =>
      pingRedis({ host: '127.0.0.1', port: await listen(reply), password, db });
    expect(await ping('+PONG\r\n')).toBe('redis');
    expect(await ping('-LOADING Redis is loading the dataset in memory\r\n')).toBe('redis');
    for (const code of ['MISCONF', 'BUSY', 'MASTERDOWN', 'NOPERM'])
      expect(await ping(`-${code} and so on\r\n`)).toBe('redis');
    expect(await ping('-ERR unknown command\r\n')).toBe('other');
    expect(await ping('-NOAUTH Authentication required.\r\n')).toBe('locked');
    expect(await ping('-ERR invalid password\r\n-NOAUTH Authentication required.\r\n', 'wrong')).toBe('locked');
    expect(await ping('-ERR Client sent AUTH, but no password is set\r\n+PONG\r\n', 'needless')).toBe('redis');
    expect(await ping('+OK\r\n+PONG\r\n', undefined, 3)).toBe('redis');
    expect(await ping('-ERR DB index is out of range\r\n+PONG\r\n', undefined, 300)).toBe('no database');
    expect(await ping('+OK\r\n-NOPERM this user has no permissions\r\n+PONG\r\n', 'p', 1)).toBe('no database');
    expect(await ping('HTTP/1.1 400 Bad Request\r\n')).toBe('other');
    expect(await ping('')).toBe('other');
    expect(await pingRedis({ host: '127.0.0.1', port: 1 })).toBe('none');
  });
});

test('A taken port is named with its use, and the setting that moves it', async () => {
  const port = await listen('');
  const asked = requirePort({ host: '127.0.0.1', port, what: 'the API', setting: 'PORT' });
  await expect(asked).rejects.toThrow(
    `Port ${port} (for the API) is in use by another program. Stop that program, or set PORT`,
  );
});

test('Free ports differ, and none of them is one that systems give to clients', async () => {
  const ports = [await freePort(), await freePort(), await freePort()];
  expect(new Set(ports).size).toBe(3);
  expect(Math.max(...ports)).toBeLessThan(32_768);
});

describe('Chromium', () => {
  const chromium = () => script('echo "Chromium 999.0.1"');

  test('is the one that CHROMIUM_EXECUTABLE names, when it runs', async () => {
    const { logger } = createLines();
    const explicit = await chromium();
    expect(await findChromium({ explicit, cacheDir: await scratchFolder(), logger })).toEqual({
      executable: explicit,
      source: 'CHROMIUM_EXECUTABLE',
      version: 'Chromium 999.0.1',
    });
    const wrong = findChromium({ explicit: '/nowhere/chromium', cacheDir: await scratchFolder(), logger });
    await expect(wrong).rejects.toThrow(
      'CHROMIUM_EXECUTABLE=/nowhere/chromium is not a Chromium that runs on this machine',
    );
  });

  test('is remembered from one start to the next', async () => {
    const cacheDir = await scratchFolder();
    const known = { executable: await chromium(), source: 'somewhere', version: 'Chromium 1' };
    await writeJson(path.join(cacheDir, 'chromium', 'found.json'), known);
    const found = await findChromium({ explicit: undefined, cacheDir, logger: createLines().logger });
    expect(found).toEqual({ ...known, version: 'Chromium 999.0.1' });
  });
});
