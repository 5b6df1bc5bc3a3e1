import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { downloadTemporal, officialArchive } from '../../src/local/temporal/download.ts';
import { TESTED_SERVER_VERSION } from '../../src/local/temporal/settings.ts';
import { temporalArguments } from '../../src/local/temporal/server.ts';
import { isNewEnough, parseServerVersion, serverVersion } from '../../src/local/temporal/version.ts';
import { judgeServer } from '../../src/local/doctor/temporal.ts';
import { serverRetentionDays } from '../../src/temporal/namespace.ts';
import { orderOf } from '../../src/temporal/server-facts.ts';
import { createLineLogger } from '../../src/logging.ts';
import { scratchFolder } from '../helpers/scratch.ts';

describe('The version of a Temporal CLI', () => {
  test('is that of the server inside, for official builds and our own', () => {
    expect(parseServerVersion('temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)')).toBe('1.31.2');
    expect(parseServerVersion('temporal version 0.0.0-DEV (Server 1.32.0-151.6, UI 2.50.1)')).toBe('1.32.0-151.6');
    expect(parseServerVersion('temporal version 0.11.0')).toBeUndefined();
  });

  test('is new enough from server 1.31 on', () => {
    expect(['1.30.9', '1.31.0', '1.31.2', '1.32.0-rc', '2.0.0'].map((version) => isNewEnough(version))).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  test('is refused with both versions when it is too old', async () => {
    const old = path.join(await scratchFolder(), 'temporal');
    await writeFile(old, '#!/bin/sh\necho "temporal version 1.4.1 (Server 1.28.0, UI 2.39.0)"\n');
    await chmod(old, 0o755);
    await expect(serverVersion(old)).rejects.toThrow('contains server 1.28.0; 1.31 or newer is needed');
  });
});

test('The official download is asked for by system and processor, where there is one', () => {
  expect(officialArchive('linux', 'x64').url).toMatch(/\/v\d+\.\d+\.\d+\?platform=linux&arch=amd64$/);
  expect(officialArchive('darwin', 'arm64').url).toMatch(/platform=darwin&arch=arm64$/);
  const hashes = (['linux', 'darwin'] as const).flatMap((system) =>
    (['x64', 'arm64'] as const).map((processor) => officialArchive(system, processor).sha256),
  );
  expect(new Set(hashes.filter((hash) => /^[\da-f]{64}$/.test(hash))).size).toBe(4);
  expect(() => officialArchive('win32', 'x64')).toThrow('no official build for win32');
  expect(() => officialArchive('linux', 'riscv64')).toThrow('no official build for linux');
});

test('The server keeps its data in a file, synced fully, with one level for each priority', () => {
  const args = temporalArguments({ executable: 't', folder: '/d', port: 1, uiPort: undefined, namespace: 'n' }).join(
    ' ',
  );
  expect(args).toContain('--db-filename /d/temporal.db');
  expect(args).toContain('--sqlite-pragma synchronous=2');
  expect(args).toContain('matching.priorityLevels=101');
  expect(args).toContain('--headless');
});

test('The order is exact with 101 levels and one partition, banded with fewer levels, unknown otherwise', () => {
  expect(orderOf(101, 1)).toBe('exact');
  expect(orderOf(5, 1)).toBe('banded');
  expect(orderOf(101, 4)).toBe('unknown');
  expect(orderOf(undefined, 1)).toBe('unknown');
});

test('The doctor finds nothing wrong with our own server, and names what is wrong with another', () => {
  const ours = {
    version: '1.31.2',
    priorityLevels: 101,
    partitions: 1,
    order: 'exact' as const,
    attributesMissing: [],
    retentionDays: serverRetentionDays(30),
  };
  expect(judgeServer(ours, 30)).toEqual([]);
  const stock = judgeServer({ ...ours, order: 'unknown', attributesMissing: ['TaskType'], retentionDays: 1 }, 30);
  expect(stock.join('; ')).toMatch(/matching\.priorityLevels=101.*TaskType.*1 days/);
});

describe('A download of Temporal', () => {
  /** A program that says which server it brings, as an archive that a server on this machine offers. */
  async function offered(change: (archive: Buffer) => Buffer = (archive) => archive) {
    const folder = await scratchFolder();
    const program = path.join(folder, 'temporal');
    const ran = path.join(folder, 'ran');
    await writeFile(
      program,
      `#!/bin/sh\ntouch '${ran}'\necho 'temporal version 1.8.2 (Server ${TESTED_SERVER_VERSION}, UI 2.50.1)'\n`,
    );
    await chmod(program, 0o755);
    await promisify(execFile)('tar', ['-czf', path.join(folder, 'a.tgz'), '-C', folder, 'temporal']);
    const archive = await readFile(path.join(folder, 'a.tgz'));
    const server = createServer((_, response) => response.end(change(archive))).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const sha256 = createHash('sha256').update(archive).digest('hex');
    const target = path.join(folder, 'cache', 'temporal-1.8.2');
    await mkdir(path.dirname(target));
    const logger = createLineLogger('test', () => undefined);
    const download = downloadTemporal({
      target,
      logger,
      signal: undefined,
      archive: { url: `http://127.0.0.1:${port}/`, sha256 },
    });
    return { download, target, ran };
  }

  test('is used when it is what was published', async () => {
    const { download, target } = await offered();
    await download;
    expect((await stat(target)).mode & 0o100).toBe(0o100);
  });

  test.each([
    ['changed in one byte', (archive: Buffer) => Buffer.concat([archive.subarray(0, -1), Buffer.from([7])])],
    ['longer by one', (archive: Buffer) => Buffer.concat([archive, Buffer.from([0])])],
    ['cut off', (archive: Buffer) => archive.subarray(0, 100)],
    ['empty', () => Buffer.alloc(0)],
  ])('is neither unpacked nor run when it is %s', async (_, change) => {
    const { download, target, ran } = await offered(change);
    await expect(download).rejects.toThrow(/is not the published archive \(SHA-256 [\da-f]{64} instead of/);
    expect([existsSync(target), existsSync(ran)]).toEqual([false, false]);
    expect(await readdir(path.dirname(target))).toEqual([]);
  });
});
