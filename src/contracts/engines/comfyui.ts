import type { ComfyuiPayload, ComfyuiResult } from '../comfyui.ts';
import { VALUE, type EngineFacts } from '../engine-facts.ts';
import { STORED_FILE } from '../stored-file.ts';

export const COMFYUI = {
  label: 'ComfyUI',
  setting: 'COMFYUI',
  port: 8188,
  payloadFields: ['template', 'workflow', 'params'],
  resultShape: {
    files: [
      {
        ...STORED_FILE,
        node: VALUE,
        width: VALUE,
        height: VALUE,
        duration_seconds: VALUE,
        filename: VALUE,
        subfolder: VALUE,
        type: VALUE,
      },
    ],
    texts: [{ node: VALUE, text: VALUE }],
    seed: VALUE,
    prompt_id: VALUE,
    cached: VALUE,
    ignored_params: [VALUE],
  },
} as const satisfies EngineFacts<ComfyuiPayload, ComfyuiResult>;
