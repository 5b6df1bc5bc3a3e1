import type { ComfyuiInput, ComfyuiResult } from './comfyui.ts';
import type { CosyvoiceInput, CosyvoiceResult } from './cosyvoice.ts';
import { COMFYUI } from './engines/comfyui.ts';
import { COSYVOICE } from './engines/cosyvoice.ts';
import { REMOTION } from './engines/remotion.ts';
import type { RenderInput, RenderResult } from './render.ts';

/** The facts about all engines, by task type. Their functions are in the table of `src/engines/engines.ts`. */
export const ENGINES = { comfyui: COMFYUI, cosyvoice: COSYVOICE, remotion_render: REMOTION } as const;

/** The input and the result of a task of each type. */
export interface TaskKinds {
  comfyui: { input: ComfyuiInput; result: ComfyuiResult };
  cosyvoice: { input: CosyvoiceInput; result: CosyvoiceResult };
  remotion_render: { input: RenderInput; result: RenderResult };
}
