/** One workflow under the name of each task type, as operators read it in the Web UI. */
export {
  taskWorkflow as comfyui,
  taskWorkflow as cosyvoice,
  taskWorkflow as remotion_render,
} from './task-workflow.ts';
export { pipelineWorkflow as pipeline } from './pipeline-workflow.ts';
