import { createConnection } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../../src/host/project.ts';

/** The environment in which API and worker answer `askLoop`. @param folder of the sockets. */
export const probedEnvironment = (folder: string): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import ${pathToFileURL(path.join(projectRoot(), 'dist', 'test', 'bench', 'lib', 'loop-probe.js')).href}`,
  LOOP_PROBE_FOLDER: folder,
});

/** Of a program's event loop since it was asked before, in ms. */
export interface LoopTold {
  /** Between two turns. */
  longestMs: number;
  /** What one turn took of a processor: the rest of the longest is waiting for one. */
  busiestMs: number;
}

export async function askLoop(folder: string, program: 'server' | 'worker'): Promise<LoopTold> {
  return JSON.parse(await text(createConnection(path.join(folder, `${program}.sock`)))) as LoopTold;
}
