import type { ServerEngine, TaskType } from '../contracts/names.ts';
import { createComfyuiEngine } from './comfyui-engine.ts';
import { createCosyvoiceEngine } from './cosyvoice-engine.ts';
import type { EngineDeps, ServerTaskEngine, TaskEngine } from './engine.ts';
import { createRemotionEngine } from './remotion-engine.ts';

/** An engine for each task type. What may be known of them without running any is in `src/contracts/engines.ts`. */
export type Engines = { readonly [T in TaskType]: T extends ServerEngine ? ServerTaskEngine<T> : TaskEngine<T> };

/** The engines of the configuration. Making them connects to nothing. */
export const createEngines = (deps: EngineDeps): Engines => ({
  comfyui: createComfyuiEngine(deps),
  cosyvoice: createCosyvoiceEngine(deps),
  remotion_render: createRemotionEngine(deps),
});
