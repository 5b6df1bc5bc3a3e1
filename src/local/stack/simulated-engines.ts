import path from 'node:path';
import { programEnvironment } from '../../host/child-environment.ts';
import { ENGINES } from '../../contracts/engines.ts';
import type { ServerEngine } from '../../contracts/names.ts';
import { serverSettings } from '../../contracts/setting-names.ts';
import type { ChildSpec } from './child.ts';
import { projectRoot } from '../../host/project.ts';

export interface SimulatedEngine {
  port: number;
  /** How the stand-in behaves. */
  options?: object;
}

/** The engines to play on this machine. */
export type Simulated = Readonly<Partial<Record<ServerEngine, SimulatedEngine>>>;

const HOST = '127.0.0.1';

/** A stand-in for an engine, for trying things without a GPU. It keeps nothing when it stops. */
export const simulatorChild = (
  engine: ServerEngine,
  { port, options }: SimulatedEngine,
  dataDir: string,
): ChildSpec => ({
  name: `${ENGINES[engine].label} stand-in`,
  command: process.execPath,
  args: [
    '--enable-source-maps',
    path.join(projectRoot(), 'dist', 'src', 'simulators', engine, 'main.js'),
    '--host',
    HOST,
    '--port',
    String(port),
    ...(options === undefined ? [] : ['--options', JSON.stringify(options)]),
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
    Object.entries(simulated).map(([engine, { port }]) => [
      serverSettings(engine as ServerEngine).url,
      `http://${HOST}:${port}`,
    ]),
  );
