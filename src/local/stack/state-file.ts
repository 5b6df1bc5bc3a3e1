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

/**
 * The record of a running stack in its data folder, from which the next one learns whether it is running and what it
 * left behind.
 */
export type StackState = z.infer<typeof schema>;

const POLL_MS = 50;
const stateFile = (dataDir: string): string => path.join(dataDir, 'stack.json');

export const writeState = (dataDir: string, state: StackState): Promise<void> => writeJson(stateFile(dataDir), state);
export const removeState = (dataDir: string): Promise<void> => rm(stateFile(dataDir), { force: true });

export async function readState(dataDir: string): Promise<StackState | undefined> {
  const parsed = schema.safeParse(await readJson(stateFile(dataDir)));
  return parsed.success ? parsed.data : undefined;
}

/**
 * Ends a process and its group: asks first, then kills after `graceMs`. Does nothing if the pid now belongs to another
 * process.
 */
export async function endProcess(target: ProcessIdentity, graceMs: number): Promise<void> {
  if (!(await isAlive(target))) return;
  signalGroup(target.pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  // It is not a child of this process, so there is no event when it ends.
  while (await isAlive(target)) {
    if (Date.now() > deadline) signalGroup(target.pid, 'SIGKILL');
    await delay(POLL_MS);
  }
}

/**
 * Stops the programs of a stack whose parent was killed.
 * @returns the names of the stopped programs.
 */
export async function stopLeftovers(state: StackState, graceMs = 10_000): Promise<string[]> {
  const stopped: string[] = [];
  // In the order of a normal stop; the children are recorded in the order of their start.
  for (const [name, target] of Object.entries(state.children).toReversed()) {
    if (!(await isAlive(target))) continue;
    await endProcess(target, graceMs);
    stopped.push(name);
  }
  return stopped;
}
