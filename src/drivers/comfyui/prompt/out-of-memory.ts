import type { PromptEnd } from './prompt-state.ts';

/** Exception types of torch and other libraries for exhausted memory. */
const OUT_OF_MEMORY_TYPE = /OutOfMemory|ResourceExhausted/i;
const DEVICE = 'CUDA|HIP|ROCm|XPU|NPU|MPS|MLU|MUSA|GCU|HPU|DirectML|DML|Vulkan|Metal|OpenCL|TPU|GPU|device|accelerator';
/**
 * Messages about the card's memory by torch, CUDA, HIP, Metal, XPU, DirectML, Vulkan, ONNX Runtime, TensorRT, JAX,
 * TensorFlow and ComfyUI.
 */
const OUT_OF_MEMORY = [
  new RegExp(`\\b(?:${DEVICE})(?: (?:driver|runtime|backend))?(?: error:?)? (?:is |ran |has run )?out of memory`, 'i'),
  /(?:^|[:;,([] ?)out of memory\b/i,
  /\bout of (?:memory on (?:your |the )?(?:GPU|device)|(?:GPU|video|device|CUDA) memory|VRAM)\b/i,
  /\bAllocation on device\b/i,
  /\b(?:CUBLAS|CUDNN|CUSOLVER|CUSPARSE|CUFFT|HIPBLAS|ROCBLAS|MIOPEN)_(?:STATUS_)?(?:INTERNAL_ERROR_DEVICE_)?ALLOC(?:ATION)?_FAILED\b/i,
  /\b(?:CUDA|HIP) (?:driver |runtime )?error:? 2\b/i,
  /(?:cudaErrorMemoryAllocation|OutOf(?:Device|Gpu|Video)?Memory|OUT_?OF_(?:DEVICE_|GPU_|VIDEO_)?MEMORY|OutOfResources|(?:PI|UR|ZE|CL)_(?:RESULT_)?(?:ERROR_)?OUT_OF_RESOURCES)\b/i,
  /\b(?:OOM when allocating|RESOURCE_EXHAUSTED)\b/,
  /\b(?:not enough|insufficient) (?:free )?(?:(?:GPU |video |CUDA |device )+memory|VRAM|memory on (?:the )?(?:GPU|device))\b/i,
  /\bfailed to allocate\b[^\n]{0,80}\b(?:VRAM|GPU|CUDA|device|requested buffer|cudaMalloc)\b/i,
  /\bInvalid buffer size: [\d.]+ ?[GM]i?B\b/i,
];
/** Newer torch uses this type for device errors, so the message need not name the device. */
const ACCELERATOR_TYPE = /AcceleratorError/i;
const ACCELERATOR_MEMORY = /out of memory|error code:? 2\b/i;
/** Messages about the machine's main memory. ComfyUI offloads models to it, so unloading helps here too. */
const HOST_MEMORY =
  /\bDefaultCPUAllocator\b|MemoryError\b|\bbad_alloc\b|(?:can't|cannot|could not|unable to|failed to) allocate\b|\bnot enough memory\b|OUT_OF_HOST_MEMORY|OutOfHostMemory|_HOST_ALLOCATION_FAILED\b|\bout of (?:host|system|CPU) memory\b|\bpaging file is too small\b|\bos error 1455\b/i;
/** Exceptions about the inputs of a node: their messages often quote a client. */
const ABOUT_INPUT =
  /^(?:builtins\.)?(?:TypeError|ValueError|KeyError|IndexError|AttributeError|AssertionError|NameError|SyntaxError)$/;
/** Quoted texts come from clients. An apostrophe inside a word does not begin a quote. */
const QUOTED = /"[^"\n]*"|`[^`\n]*`|(?<![\p{L}\p{N}])'[^'\n]*'/gu;
const LONGEST_MESSAGE = 10_000;

/** Which memory is exhausted according to an exception; null if none is. */
export function exhaustedMemory(type: string, message: string): 'card' | 'host' | null {
  if (OUT_OF_MEMORY_TYPE.test(type)) return 'card';
  if (ABOUT_INPUT.test(type)) return null;
  const words = message.slice(0, LONGEST_MESSAGE).replace(QUOTED, ' ');
  if (OUT_OF_MEMORY.some((pattern) => pattern.test(words))) return 'card';
  if (ACCELERATOR_TYPE.test(type) && ACCELERATOR_MEMORY.test(words)) return 'card';
  return HOST_MEMORY.test(`${type}: ${words}`) ? 'host' : null;
}

/** Whether a prompt failed because memory of the card or of the machine was exhausted. Unloading models may help. */
export const ranOutOfMemory = ({ outcome, error }: PromptEnd): boolean =>
  outcome === 'error' && error !== null && exhaustedMemory(error.exception_type, error.exception_message) !== null;
