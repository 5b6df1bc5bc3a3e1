import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { isAlive, signalGroup, type ProcessIdentity } from '../../host/process-identity.ts';
import { readJson, writeJson } from '../../host/json-file.ts';

const identity = z.object({ pid: z.number().int(), started: z.string() });
const schema = z.object({
  parent: identity,
  url: z.string(),
  children: z.record(z.string(), identity),
});

/** What a running stack leaves in its data folder, so that the next one knows whether it still runs and what it left behind. */
export type StackState = z.infer<typeof schema>;

const POLL_MS = 50;
const stateFile = (dataDir: string): string => path.join(dataDir, 'stack.json');

export const writeState = (dataDir: string, state: StackState): Promise<void> => writeJson(stateFile(dataDir), state);
export const removeState = (dataDir: string): Promise<void> => rm(stateFile(dataDir), { force: true });

export async function readState(dataDir: string): Promise<StackState | undefined> {
  const parsed = schema.safeParse(await readJson(stateFile(dataDir)));
  return parsed.success ? parsed.data : undefined;
}

/** Ends a process and its group: asks first, then kills after `graceMs`. Does nothing when the pid belongs to another one by now. */
export async function endProcess(target: ProcessIdentity, graceMs: number): Promise<void> {
  if (!(await isAlive(target))) return;
  signalGroup(target.pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  // Not our child, so that the system tells nobody when it ends.
  while (await isAlive(target)) {
    if (Date.now() > deadline) signalGroup(target.pid, 'SIGKILL');
    await delay(POLL_MS);
  }
}

/**
 * Stops what a stack left behind whose parent was killed.
 * @returns the names of what was stopped.
 */
export async function stopLeftovers(state: StackState, graceMs = 10_000): Promise<string[]> {
  const stopped: string[] = [];
  // In the order of an orderly stop: the children were written down as they were started.
  for (const [name, target] of Object.entries(state.children).toReversed()) {
    if (!(await isAlive(target))) continue;
    await endProcess(target, graceMs);
    stopped.push(name);
  }
  return stopped;
}
