/** One workflow function under the name of each task type, because operators see this name in the Web UI. */
export {
  taskWorkflow as comfyui,
  taskWorkflow as cosyvoice,
  taskWorkflow as remotion_render,
} from './task-workflow.ts';
export { pipelineWorkflow as pipeline } from './pipeline-workflow.ts';
export { webhookWorkflow as webhook } from './webhook-workflow.ts';
