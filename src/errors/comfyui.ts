import type { CatalogueEntry } from './catalogue-entry.ts';

/** Of ComfyUI and its graphs. */
export const COMFYUI_ERRORS = {
  comfyui_unavailable: {
    status: 503,
    class: 'unavailable',
    message: 'Connection refused: ComfyUI does not answer',
    hint: 'The task waits and goes on by itself. For the operator: start ComfyUI, or correct COMFYUI_URL.',
    givenUpAs: 'comfyui_failed',
  },
  comfyui_denied: {
    status: 503,
    class: 'unavailable',
    message: 'ComfyUI, or the proxy before it, refuses our credentials',
    hint: 'The task waits and goes on by itself. For the operator: put what it asks for into COMFYUI_HEADERS.',
    givenUpAs: 'comfyui_failed',
  },
  comfyui_frozen: {
    status: 503,
    class: 'unavailable',
    message: 'ComfyUI answers but runs nothing of what waits in its queue',
    hint: 'The task waits and goes on by itself. For the operator: restart ComfyUI; with COMFYUI_RESTART_COMMAND set this happens by itself.',
    givenUpAs: 'comfyui_failed',
  },
  comfyui_stalled: {
    status: 500,
    class: 'transient',
    message: 'ComfyUI shows no sign of life while it runs the task',
    hint: 'Retry it. For the operator: look at the log of ComfyUI and restart it; COMFYUI_SILENCE_SECONDS sets how long is too long.',
  },
  comfyui_lost: {
    status: 500,
    class: 'transient',
    message: 'ComfyUI lost the work that it had accepted',
    hint: 'Retry it. For the operator: look at the log of ComfyUI: it was restarted, died, or someone cleared its queue.',
  },
  comfyui_interrupted: {
    status: 500,
    class: 'transient',
    message: 'Someone else interrupted the work on ComfyUI',
    hint: 'Retry it. For the operator: look for other users of the same ComfyUI; its Cancel button stops whatever runs.',
  },
  comfyui_failed: {
    status: 500,
    class: 'transient',
    message: 'ComfyUI failed',
    hint: 'The message names the node. For the operator: look at the log of ComfyUI for this time.',
  },
  comfyui_output_lost: {
    status: 500,
    class: 'transient',
    message: 'A finished file could not be fetched from ComfyUI',
    hint: 'Retry it. For the operator: look at the free space and the output folder on the machine of ComfyUI.',
  },
  vram_exhausted: {
    status: 500,
    class: 'transient',
    message: 'VRAM exhausted',
    hint: 'Wait for the current task, or restart ComfyUI',
  },
  comfyui_refused: {
    status: 422,
    class: 'permanent',
    message: 'ComfyUI refused the graph',
    hint: 'The message names the node and the input; correct the template or the parameter.',
  },
  comfyui_model_missing: {
    status: 422,
    class: 'permanent',
    message: 'ComfyUI does not have a model file that the task needs',
    hint: 'Name a model that this ComfyUI has. For the operator: put the file into the folder that the message names and try again; GET /models of ComfyUI lists what it sees.',
  },
  comfyui_node_missing: {
    status: 422,
    class: 'permanent',
    message: 'ComfyUI does not know a node that the task needs',
    hint: 'Leave the node out. For the operator: install the custom node, or update ComfyUI, and try again.',
  },
  comfyui_node_failed: {
    status: 422,
    class: 'permanent',
    message: 'A node of the graph failed and would fail again',
    hint: 'The message names the node and its reason; correct the template, the parameter or the file.',
  },
  comfyui_no_output: {
    status: 422,
    class: 'permanent',
    message: 'The graph ended without a file or a text',
    hint: 'Add a node that saves, such as SaveImage or SaveVideo.',
  },
  comfyui_upload_too_large: {
    status: 413,
    class: 'permanent',
    message: 'An input file is larger than ComfyUI accepts',
    hint: 'Make it smaller. The operator can start ComfyUI with a larger --max-upload-size.',
  },
} as const satisfies Record<string, CatalogueEntry>;
