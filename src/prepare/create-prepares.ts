import { createPrepareComfyui } from './prepare-comfyui.ts';
import { createPrepareCosyvoice } from './prepare-cosyvoice.ts';
import { createPrepareRender } from './prepare-render.ts';
import type { AssetFolder } from '../assets/paths.ts';
import type { ComfyuiInput } from '../contracts/comfyui.ts';
import type { FieldError } from '../errors.ts';
import type { TemplateStore } from '../templates/template-store.ts';
import type { VoiceLibrary } from '../voices/voice-library.ts';
import type { Prepares } from './prepare.ts';
import { shareMissing } from './share-missing.ts';

/** The validation of payloads for every task type, used for submitted tasks and for steps that are about to run. */
export const createPrepares = (deps: {
  assets: AssetFolder;
  templates: TemplateStore;
  voices: VoiceLibrary;
  /** A whole number from 0 to 2^53 − 1. */
  randomSeed: (taskId: string) => number;
  /** Models and node classes that ComfyUI lacks; nothing when it does not answer. */
  missing: (input: ComfyuiInput) => Promise<FieldError[]>;
}): Prepares => ({
  remotion_render: createPrepareRender(deps.assets),
  cosyvoice: createPrepareCosyvoice(deps),
  comfyui: createPrepareComfyui({ ...deps, missing: shareMissing(deps.missing) }),
});
