import { expect, test } from 'vitest';
import { refusalSchema } from '../../../../src/drivers/comfyui/client/schemas.ts';
import { executionFailure, refusalFailure } from '../../../../src/drivers/comfyui/prompt/failures.ts';
import { inputOf, paint } from '../rig.ts';

const raised = (exception_type: string, exception_message: string) =>
  executionFailure({ node_id: '3', node_type: 'KSampler', exception_type, exception_message });

test.each([
  ['torch.OutOfMemoryError', 'CUDA out of memory. Tried to allocate 2.00 GiB\nTIPS: ...', 'vram_exhausted'],
  ['torch.cuda.OutOfMemoryError', 'Allocation on device', 'vram_exhausted'],
  ['torch.AcceleratorError', 'CUDA error: out of memory', 'vram_exhausted'],
  ['torch.AcceleratorError', 'out of memory', 'vram_exhausted'],
  ['RuntimeError', 'CUDA error: out of memory\nCUDA kernel errors might be reported later', 'vram_exhausted'],
  ['RuntimeError', 'Allocation on device 0 would exceed allowed memory. (out of memory)', 'vram_exhausted'],
  ['RuntimeError', 'CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`', 'vram_exhausted'],
  ['RuntimeError', 'cuDNN error: CUDNN_STATUS_ALLOC_FAILED', 'vram_exhausted'],
  ['Exception', 'cudaErrorMemoryAllocation: out of memory', 'vram_exhausted'],
  ['RuntimeError', 'HIP out of memory. Tried to allocate 20.00 MiB', 'vram_exhausted'],
  ['RuntimeError', 'HIP error: out of memory', 'vram_exhausted'],
  ['RuntimeError', 'MPS backend out of memory (MPS allocated: 9 GB)', 'vram_exhausted'],
  ['RuntimeError', 'There is not enough GPU video memory available!', 'vram_exhausted'],
  ['RuntimeError', 'Failed to allocate memory for requested buffer of size 1024', 'vram_exhausted'],
  ['RuntimeError', 'Upscaler failed: CUDA out of memory.', 'vram_exhausted'],
  ['RuntimeError', 'CUDA driver error: 2', 'vram_exhausted'],
  ['RuntimeError', 'CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED', 'vram_exhausted'],
  ['RuntimeError', 'MLU out of memory. Tried to allocate 2.00 GiB', 'vram_exhausted'],
  ['RuntimeError', 'Native API failed. Native API returns: -5 (PI_ERROR_OUT_OF_RESOURCES)', 'vram_exhausted'],
  ['RuntimeError', 'level_zero backend failed with error: 40 (UR_RESULT_ERROR_OUT_OF_RESOURCES)', 'vram_exhausted'],
  ['RuntimeError', 'TensorRT: Error Code 2: OutOfMemory (Requested size was 17179869184 bytes.)', 'vram_exhausted'],
  ['RuntimeError', 'RESOURCE_EXHAUSTED: Out of memory while trying to allocate 12 bytes', 'vram_exhausted'],
  ['tensorflow.ResourceExhaustedError', 'OOM when allocating tensor with shape[1,2]', 'vram_exhausted'],
  ['RuntimeError', 'ggml_backend_cuda_buffer: cudaMalloc failed: out of memory', 'vram_exhausted'],
  ['RuntimeError', 'vkAllocateMemory: ErrorOutOfDeviceMemory', 'vram_exhausted'],
  ['RuntimeError', 'VK_ERROR_OUT_OF_DEVICE_MEMORY', 'vram_exhausted'],
  ['RuntimeError', 'DML allocator: E_OUTOFMEMORY', 'vram_exhausted'],
  ['Exception', 'Not enough VRAM to load the model', 'vram_exhausted'],
  ['RuntimeError', 'Insufficient memory on the GPU', 'vram_exhausted'],
  ['RuntimeError', 'Invalid buffer size: 32.00 GiB', 'vram_exhausted'],
  ['RuntimeError', 'VK_ERROR_OUT_OF_HOST_MEMORY', 'comfyui_failed'],
  ['OSError', 'The paging file is too small for this operation to complete. (os error 1455)', 'comfyui_failed'],
  ['numpy.core._exceptions._ArrayMemoryError', 'Unable to allocate 1.00 GiB', 'comfyui_failed'],
  ['RuntimeError', 'the words memory and out of it', 'comfyui_failed'],
  ['ValueError', 'the prompt "CUDA out of memory" has no tokens', 'comfyui_node_failed'],
  ['ValueError', 'CUDA out of memory is no sampler', 'comfyui_node_failed'],
  ['RuntimeError', "cannot draw 'a GPU out of memory, oil on canvas'", 'comfyui_failed'],
  ['RuntimeError', 'DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes', 'comfyui_failed'],
  ['MemoryError', 'Unable to allocate 3.2 GiB for an array', 'comfyui_failed'],
  ['RuntimeError', "[enforce fail] DefaultCPUAllocator: can't allocate memory", 'comfyui_failed'],
  ['RuntimeError', 'CUDA error: an illegal memory access was encountered', 'comfyui_failed'],
  ['OSError', '[Errno 28] No space left on device', 'comfyui_failed'],
  ['RuntimeError', 'something odd', 'comfyui_failed'],
  ['safetensors_rust.SafetensorError', 'Error while deserializing header', 'comfyui_node_failed'],
  ['TypeError', "SaveVideo.execute() missing 1 required positional argument: 'format'", 'comfyui_node_failed'],
  ['PIL.UnidentifiedImageError', 'cannot identify image file', 'comfyui_node_failed'],
  ['Exception', '**** ERROR: Saving image outside the output folder is not allowed.', 'comfyui_node_failed'],
  ['RuntimeError', 'mat1 and mat2 shapes cannot be multiplied (77x768 and 4096x3072)', 'comfyui_node_failed'],
  ['FileNotFoundError', "[Errno 2] No such file or directory: '/models/x'", 'comfyui_node_failed'],
])('A node that raises %s with "%s" is %s', (type, message, code) => {
  expect(raised(type, message).code).toBe(code);
});

test('The message of a failed node names the node and the first line of its reason', () => {
  const error = raised('RuntimeError', `something odd\n  File "secret.py"\n${'x'.repeat(5000)}`);
  expect(error.message).toBe('ComfyUI failed: node 3 (KSampler): RuntimeError: something odd');
});

test('Out of memory carries the documented words', () => {
  const { body } = raised('torch.OutOfMemoryError', 'CUDA out of memory');
  expect(body.message).toMatch(/^VRAM exhausted: /);
  expect(body).toMatchObject({ hint: 'Wait for the current task, or restart ComfyUI', retryable: true });
});

const input = inputOf(paint(1), {
  models: [{ folder: 'checkpoints', file: 'absent.safetensors', node: 'loader', input: 'ckpt_name' }],
});
const refused = (json: unknown) => refusalFailure(refusalSchema.parse(json), input);
const nodeError = (type: string, message: string, details: string, extra_info: object) => ({
  error: {
    type: 'prompt_outputs_failed_validation',
    message: 'Prompt outputs failed validation',
    details: '',
    extra_info: {},
  },
  node_errors: { loader: { class_type: 'CheckpointLoaderSimple', errors: [{ type, message, details, extra_info }] } },
});

test('A missing model file is named with its folder and its node', () => {
  const error = refused(
    nodeError('value_not_in_list', 'Value not in list', "ckpt_name: 'absent.safetensors' not in []", {
      input_name: 'ckpt_name',
      received_value: 'absent.safetensors',
    }),
  );
  expect(error.code).toBe('comfyui_model_missing');
  expect(error.message).toContain(
    '"absent.safetensors" in models/checkpoints, for input ckpt_name of node loader (CheckpointLoaderSimple)',
  );
});

test('A value that is no model file and not in its list is a refused graph', () => {
  const error = refused(
    nodeError('value_not_in_list', 'Value not in list', "upscale_method: 'wrong' not in ['area']", {
      input_name: 'upscale_method',
      received_value: 'wrong',
    }),
  );
  expect(error.code).toBe('comfyui_refused');
  expect(error.message).toContain("node loader (CheckpointLoaderSimple): Value not in list: upscale_method: 'wrong'");
});

test('An unknown node class is recognised in the words of old and new servers', () => {
  const newer = refused({
    error: { type: 'missing_node_type', message: "Node 'X' not found.", details: "Node ID '#2'" },
    node_errors: {},
  });
  const older = refused({
    error: {
      type: 'invalid_prompt',
      message: 'Cannot execute because node X does not exist.',
      details: "Node ID '#2'",
    },
    node_errors: [],
  });
  expect([newer.code, older.code]).toEqual(['comfyui_node_missing', 'comfyui_node_missing']);
});

test('A refusal in an unknown form is still a refused graph', () => {
  expect(refused({}).message).toBe('ComfyUI refused the graph');
});
