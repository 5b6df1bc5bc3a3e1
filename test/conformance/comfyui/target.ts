import { beforeAll, afterAll } from 'vitest';
import { createComfyuiSimulator, type ComfyuiSimulator } from '../../../src/simulators/comfyui/simulator.ts';

/** The server that the statements are about: a real one when this is set, else a stand-in of ours. */
const REAL_URL = process.env['COMFYUI_CONFORMANCE_URL'];
export const isReal = REAL_URL !== undefined;

/** ImageBlur with its widest radius takes seconds on a CPU; the stand-in has to be told. */
const SLOW_MS = 700;

/** Call it once at the top of a file; gives the URL once the tests run. */
export function conformanceTarget(): () => string {
  if (REAL_URL !== undefined) return () => REAL_URL.replace(/(?<!\/)\/+$/, '');
  let simulator: ComfyuiSimulator | undefined;
  beforeAll(async () => {
    simulator = await createComfyuiSimulator();
    simulator.setFaults({ slowNodes: { ImageBlur: SLOW_MS } });
  });
  afterAll(() => simulator?.close());
  return () => simulator?.url ?? '';
}
