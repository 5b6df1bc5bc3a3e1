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

/** The engines to simulate on this machine. */
export type Simulated = Readonly<Partial<Record<ServerEngine, SimulatedEngine>>>;

const HOST = '127.0.0.1';

/** A stand-in for an engine, for trials without a GPU. It keeps no data when it stops. */
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
  // Its files are in the data folder, because it cannot remove them if it is killed.
  env: { ...programEnvironment(), TMPDIR: dataDir },
  cwd: projectRoot(),
  ready: 'message',
  readyLimitMs: 30_000,
  graceMs: 3000,
  output: { file: path.join(dataDir, `${engine}-stand-in.out`) },
});

/** The environment with which API and worker use the stand-ins. */
export const simulatedEnvironment = (simulated: Simulated): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(simulated).map(([engine, { port }]) => [
      serverSettings(engine as ServerEngine).url,
      `http://${HOST}:${port}`,
    ]),
  );
