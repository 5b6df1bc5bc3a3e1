import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Faults } from '../../src/simulators/cosyvoice/faults.ts';
import type { Stats } from '../../src/simulators/cosyvoice/stats.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/simulators/cosyvoice/main.js', import.meta.url));

/** The CosyVoice stand-in in a process of its own, as built. Its port and counts outlive the process. */
export interface CosyvoiceProcess {
  url: string;
  /** The running process; another one after `start`. */
  readonly process: ChildProcess;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** A new process on the same port, after `kill`. */
  start(): Promise<void>;
  setFaults(change: Partial<Faults>): Promise<void>;
  stats(): Promise<Stats>;
  /** `clear-faults`, `release`, `refuse` and so on; see `src/simulators/cosyvoice/http/control.ts`. */
  act(name: string, body?: Record<string, unknown>): Promise<void>;
}

/** @param options.folder holds its journal. */
export async function startCosyvoiceProcess(options: {
  folder: string;
  args?: readonly string[];
}): Promise<CosyvoiceProcess> {
  const { folder, args = [] } = options;
  let port = 0;
  const launch = async (): Promise<ChildProcess> => {
    const where = ['--journal', path.join(folder, 'cosyvoice.jsonl'), '--port', String(port)];
    const child = fork(MAIN, [...where, ...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const [message] = (await once(child, 'message')) as [{ port: number }];
    ({ port } = message);
    return child;
  };
  let child = await launch();
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  onTestFinished(kill);
  const url = `http://127.0.0.1:${port}`;
  const call = async (method: string, name: string, body?: unknown): Promise<Response> => {
    const response = await fetch(`${url}/simulator/${name}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${name}: ${response.status}`);
    return response;
  };
  return {
    url,
    get process() {
      return child;
    },
    kill,
    start: async () => {
      child = await launch();
    },
    setFaults: async (change) => void (await call('PATCH', 'faults', change)),
    stats: async () => (await (await call('GET', 'stats')).json()) as Stats,
    act: async (name, body) => void (await call('POST', name, body)),
  };
}
