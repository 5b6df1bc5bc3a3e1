import type { ComfyuiInput } from '../../../contracts/comfyui.ts';
import { AppError } from '../../../errors.ts';
import type { ExecutionError, Refusal } from '../client/schemas.ts';

/** The exceptions of torch and others that are made for it. */
const OUT_OF_MEMORY_TYPE = /OutOfMemory|ResourceExhausted/i;
const DEVICE = 'CUDA|HIP|ROCm|XPU|NPU|MPS|MLU|MUSA|GCU|HPU|DirectML|DML|Vulkan|Metal|OpenCL|TPU|GPU|device|accelerator';
/**
 * The card's memory in the words of torch and CUDA, HIP, Metal, XPU, DirectML, Vulkan, ONNX Runtime, TensorRT, JAX, TensorFlow and ComfyUI.
 * Newer torch reports it as an AcceleratorError (facts §1.7).
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
/** The type names the device, so its words need not. */
const ACCELERATOR_TYPE = /AcceleratorError/i;
const ACCELERATOR_MEMORY = /out of memory|error code:? 2\b/i;
/** The machine's own memory. It is no VRAM, but ComfyUI holds its parked models there, so unloading helps as well. */
const HOST_MEMORY =
  /\bDefaultCPUAllocator\b|MemoryError\b|\bbad_alloc\b|(?:can't|cannot|could not|unable to|failed to) allocate\b|\bnot enough memory\b|OUT_OF_HOST_MEMORY|OutOfHostMemory|_HOST_ALLOCATION_FAILED\b|\bout of (?:host|system|CPU) memory\b|\bpaging file is too small\b|\bos error 1455\b/i;
/** Exceptions about what a node was given: the words in them are often a client's own. */
const ABOUT_INPUT =
  /^(?:builtins\.)?(?:TypeError|ValueError|KeyError|IndexError|AttributeError|AssertionError|NameError|SyntaxError)$/;
/** Texts in quotes are a client's words, not an engine's. An apostrophe inside a word begins none. */
const QUOTED = /"[^"\n]*"|`[^`\n]*`|(?<![\p{L}\p{N}])'[^'\n]*'/gu;
const LONGEST_MESSAGE = 10_000;

/** Which memory ran out, by the words of the exception. */
export function memoryFault(type: string, message: string): 'card' | 'host' | null {
  if (OUT_OF_MEMORY_TYPE.test(type)) return 'card';
  if (ABOUT_INPUT.test(type)) return null;
  const words = message.slice(0, LONGEST_MESSAGE).replace(QUOTED, ' ');
  if (OUT_OF_MEMORY.some((pattern) => pattern.test(words))) return 'card';
  if (ACCELERATOR_TYPE.test(type) && ACCELERATOR_MEMORY.test(words)) return 'card';
  return HOST_MEMORY.test(`${type}: ${words}`) ? 'host' : null;
}

/** Mishaps that may pass; named before the certain ones, since they come as the same exceptions. */
const MISHAPS =
  /CUDA error|HIP error|cuDNN|cublas|AcceleratorError|No space left|DefaultCPUAllocator|MemoryError|Connection|timed? ?out|Resource temporarily/i;
/** What the same graph on the same server runs into again. */
const CERTAIN = [
  /SafetensorError|deserializ|PytorchStreamReader|invalid load key|UnpicklingError/i,
  /FileNotFoundError|No such file|IsADirectoryError|NotADirectoryError|PermissionError/i,
  /UnidentifiedImageError|cannot identify image|InvalidDataError/i,
  /outside the output folder/i,
  /^(?:builtins\.)?(?:TypeError|ValueError|KeyError|IndexError|AttributeError|NotImplementedError|AssertionError|ImportError|ModuleNotFoundError)\b/,
  /shapes cannot be multiplied|size mismatch|must match the (?:existing )?size|expected .* channels/i,
];
const MODEL_FILE = /\.(?:safetensors|sft|ckpt|pt|pth|bin|gguf|onnx)$/i;
const LONGEST_REASON = 200;

const firstLine = (text: string): string =>
  (text.trim().split('\n')[0] ?? '').replace(/^[*\s]*(?:ERROR: ?)?/, '').slice(0, LONGEST_REASON);

const nodeName = (id: string, type: string): string => (type === '' ? `node ${id}` : `node ${id} (${type})`);

/** The report of a run that failed, as an error of the catalogue. Tracebacks and inputs stay out: they hold prompts. */
export function executionFailure(error: ExecutionError | null): AppError {
  if (error === null) return new AppError('comfyui_failed', 'it does not say why');
  const { exception_type: type, exception_message: message } = error;
  const whole = `${type}: ${message}`;
  const memory = memoryFault(type, message);
  const detail = `${nodeName(error.node_id, error.node_type)}: ${type === '' ? '' : `${type}: `}${firstLine(message)}`;
  if (memory === 'card') return new AppError('vram_exhausted', detail);
  const certain = memory === null && !MISHAPS.test(whole) && CERTAIN.some((pattern) => pattern.test(whole));
  return new AppError(certain ? 'comfyui_node_failed' : 'comfyui_failed', detail);
}

/** What ComfyUI said when it refused a graph, or a part of it, as a permanent error naming node, input, file and folder. */
export function refusalFailure(refusal: Refusal, input: ComfyuiInput): AppError {
  const { error } = refusal;
  const missing = error?.type === 'missing_node_type' || /does not exist|not found/i.test(error?.message ?? '');
  if (error !== undefined && missing)
    return new AppError('comfyui_node_missing', firstLine(`${error.message} ${error.details}`));
  const found = Object.entries(refusal.node_errors ?? {}).flatMap(([id, { class_type: type, errors }]) =>
    errors.map((one) => ({ ...one, id, where: nodeName(id, type ?? '') })),
  );
  for (const { type, id, where, extra_info: info } of found) {
    const file = info?.received_value;
    const name = info?.input_name ?? '';
    const model = input.models.find((known) => known.node === id && known.input === name);
    if (type !== 'value_not_in_list' || typeof file !== 'string') continue;
    if (model === undefined && !MODEL_FILE.test(file)) continue;
    const place = model === undefined ? '' : ` in models/${model.folder}`;
    return new AppError('comfyui_model_missing', `"${file}"${place}, for input ${name} of ${where}`);
  }
  const reasons = found.map(({ where, message, details }) => `${where}: ${firstLine(`${message}: ${details}`)}`);
  const general = firstLine([error?.message, error?.details].filter(Boolean).join(': '));
  return new AppError('comfyui_refused', reasons.length > 0 ? reasons.slice(0, 3).join('; ') : general || undefined);
}
