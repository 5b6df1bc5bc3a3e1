import path from 'node:path';
import { programEnvironment } from '../../host/child-environment.ts';
import { ENGINE_NAMES, type Engine } from '../../contracts/names.ts';
import type { ChildSpec } from './child.ts';
import { projectRoot } from '../../host/project.ts';

export interface SimulatedEngine {
  port: number;
  /** More arguments of the stand-in. */
  args?: readonly string[];
}

/** The engines to play on this machine. */
export type Simulated = Readonly<Partial<Record<Engine, SimulatedEngine>>>;

const HOST = '127.0.0.1';
const SETTINGS = { comfyui: 'COMFYUI_URL', cosyvoice: 'COSYVOICE_URL' } as const;

/** A stand-in for an engine, for trying things without a GPU. It keeps nothing when it stops. */
export const simulatorChild = (engine: Engine, { port, args = [] }: SimulatedEngine, dataDir: string): ChildSpec => ({
  name: `${ENGINE_NAMES[engine]} stand-in`,
  command: process.execPath,
  args: [
    '--enable-source-maps',
    path.join(projectRoot(), 'dist', 'src', 'simulators', engine, 'main.js'),
    '--host',
    HOST,
    '--port',
    String(port),
    ...args,
  ],
  // What it makes goes with the data: killed, it cannot clean up after itself.
  env: { ...programEnvironment(), TMPDIR: dataDir },
  cwd: projectRoot(),
  ready: 'message',
  readyLimitMs: 30_000,
  graceMs: 3000,
  output: { file: path.join(dataDir, `${engine}-stand-in.out`) },
});

/** What API and worker are told, so that they use the stand-ins. */
export const simulatedEnvironment = (simulated: Simulated): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(simulated).map(([engine, { port }]) => [SETTINGS[engine as Engine], `http://${HOST}:${port}`]),
  );
