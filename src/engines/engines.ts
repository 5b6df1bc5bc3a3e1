import type { ServerEngine, TaskType } from '../contracts/names.ts';
import { createComfyuiEngine } from './comfyui-engine.ts';
import { createCosyvoiceEngine } from './cosyvoice-engine.ts';
import type { EngineDeps, ServerTaskEngine, TaskEngine } from './engine.ts';
import { createRemotionEngine } from './remotion-engine.ts';

/** An engine for each task type. Facts that need no running engine are in `src/contracts/engines.ts`. */
export type Engines = { readonly [T in TaskType]: T extends ServerEngine ? ServerTaskEngine<T> : TaskEngine<T> };

/** Creates the engines of the configuration. This opens no connections. */
export const createEngines = (deps: EngineDeps): Engines => ({
  comfyui: createComfyuiEngine(deps),
  cosyvoice: createCosyvoiceEngine(deps),
  remotion_render: createRemotionEngine(deps),
});
