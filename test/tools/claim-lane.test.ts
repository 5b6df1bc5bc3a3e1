import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimLane } from '../helpers/claim-lane.ts';

let folder: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lanes-'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const holdLane = async (lane: number): Promise<ChildProcess> => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { env: {} });
  children.push(child);
  await writeFile(path.join(folder, `lane-${lane}`), String(child.pid));
  return child;
};

test('A test file takes a lane that no running process has, and keeps it', async () => {
  const first = await holdLane(0);
  await holdLane(1);
  expect(claimLane(folder, 3)).toBe(2);
  expect(claimLane(folder, 3)).toBe(2);
  await rm(path.join(folder, 'lane-2'));
  first.kill('SIGKILL');
  await once(first, 'exit');
  expect(claimLane(folder, 3)).toBe(0);
});
