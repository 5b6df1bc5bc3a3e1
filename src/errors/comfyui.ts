import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors of ComfyUI and its graphs. */
export const COMFYUI_ERRORS = {
  comfyui_unavailable: {
    status: 503,
    class: 'unavailable',
    message: 'Connection refused: ComfyUI does not answer',
    hint: 'The task waits and resumes by itself. For the operator: start ComfyUI, or correct COMFYUI_URL.',
    givenUpAs: 'comfyui_failed',
  },
  comfyui_denied: {
    status: 503,
    class: 'unavailable',
    message: 'ComfyUI, or a proxy in front of it, rejected our credentials',
    hint: 'The task waits and resumes by itself. For the operator: add the required credentials to COMFYUI_HEADERS.',
    givenUpAs: 'comfyui_failed',
  },
  comfyui_frozen: {
    status: 503,
    class: 'unavailable',
    message: 'ComfyUI answers but does not run the prompts in its queue',
    hint: 'The task waits and resumes by itself. For the operator: restart ComfyUI; if COMFYUI_RESTART_COMMAND is set, this happens automatically.',
    givenUpAs: 'comfyui_failed',
  },
  comfyui_stalled: {
    status: 500,
    class: 'transient',
    message: 'ComfyUI stopped reporting progress while it ran the task',
    hint: 'Retry it. For the operator: check the log of ComfyUI and restart it; COMFYUI_SILENCE_SECONDS sets the limit.',
  },
  comfyui_lost: {
    status: 500,
    class: 'transient',
    message: 'ComfyUI lost the task that it had accepted',
    hint: 'Retry it. For the operator: check the log of ComfyUI; it was restarted, it crashed, or someone cleared its queue.',
  },
  comfyui_interrupted: {
    status: 500,
    class: 'transient',
    message: 'Someone else interrupted the task on ComfyUI',
    hint: 'Retry it. For the operator: look for other users of the same ComfyUI; its Cancel button stops any running prompt.',
  },
  comfyui_failed: {
    status: 500,
    class: 'transient',
    message: 'ComfyUI failed',
    hint: 'The message names the node. For the operator: check the log of ComfyUI around this time.',
  },
  comfyui_output_lost: {
    status: 500,
    class: 'transient',
    message: 'A finished file could not be fetched from ComfyUI',
    hint: 'Retry it. For the operator: check the free disk space and the output folder on the machine of ComfyUI.',
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
    hint: 'The message names the node and the input. Correct the template or the parameter.',
  },
  comfyui_model_missing: {
    status: 422,
    class: 'permanent',
    message: 'ComfyUI does not have a model file that the task needs',
    hint: 'Name a model that this ComfyUI has. For the operator: put the file into the folder that the message names; GET /models of ComfyUI lists what it finds. Then retry the task.',
  },
  comfyui_node_missing: {
    status: 422,
    class: 'permanent',
    message: 'ComfyUI does not know a node that the task needs',
    hint: 'Remove the node from the graph. For the operator: install the custom node or update ComfyUI, then retry the task.',
  },
  comfyui_node_failed: {
    status: 422,
    class: 'permanent',
    message: 'A node of the graph failed and would fail again',
    hint: 'The message names the node and the reason. Correct the template, the parameter or the file.',
  },
  comfyui_no_output: {
    status: 422,
    class: 'permanent',
    message: 'The graph finished without producing a file or a text',
    hint: 'Add an output node, such as SaveImage or SaveVideo.',
  },
  comfyui_upload_too_large: {
    status: 413,
    class: 'permanent',
    message: 'An input file is larger than ComfyUI accepts',
    hint: 'Make the file smaller. The operator can start ComfyUI with a larger --max-upload-size.',
  },
} as const satisfies Record<string, CatalogueEntry>;
