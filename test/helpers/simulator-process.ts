import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { freePort } from '../../src/local/stack/ports.ts';

type Engine = 'comfyui' | 'cosyvoice';

/** An engine's stand-in in a process of its own, as built. Its port, files and counts outlive the process. */
export interface SimulatorProcess<Faults, Stats> {
  url: string;
  /** The running process; another one after `start`. */
  readonly process: ChildProcess;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** A new process on the same port, after `kill`. */
  start(): Promise<void>;
  setFaults(change: Partial<Faults>): Promise<void>;
  stats(): Promise<Stats>;
  /** `clear-faults`, `refuse` and so on; see `src/simulators/control.ts` and the simulator. */
  act(name: string, body?: Record<string, unknown>): Promise<void>;
}

/** Ends with the test that calls this. @param order.options those of the stand-in; a journal must be a file of its own. */
export async function startSimulatorProcess<Faults, Stats>(
  engine: Engine,
  order: { options: object; faults?: Partial<Faults> | undefined },
): Promise<SimulatorProcess<Faults, Stats>> {
  const { options, faults = {} } = order;
  const main = fileURLToPath(new URL(`../../dist/src/simulators/${engine}/main.js`, import.meta.url));
  const port = await freePort();
  const launch = async (): Promise<ChildProcess> => {
    const json = ['--options', JSON.stringify(options), '--faults', JSON.stringify(faults)];
    const child = fork(main, ['--port', String(port), ...json], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await once(child, 'message');
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
