import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { downloadUrl } from '../../src/local/temporal-download.ts';
import { temporalArguments } from '../../src/local/temporal-server.ts';
import { isNewEnough, parseServerVersion, serverVersion } from '../../src/local/temporal-version.ts';
import { judgeServer } from '../../src/local/doctor-temporal.ts';
import { serverRetentionDays } from '../../src/temporal/namespace.ts';
import { orderOf } from '../../src/temporal/server-facts.ts';
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
    await expect(serverVersion(old)).rejects.toThrow('brings server 1.28.0; 1.31 or newer is needed');
  });
});

test('The official download is asked for by system and processor, where there is one', () => {
  expect(downloadUrl('linux', 'x64')).toMatch(/\/v\d+\.\d+\.\d+\?platform=linux&arch=amd64$/);
  expect(downloadUrl('darwin', 'arm64')).toMatch(/platform=darwin&arch=arm64$/);
  expect(() => downloadUrl('win32', 'x64')).toThrow('no official build for win32');
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
