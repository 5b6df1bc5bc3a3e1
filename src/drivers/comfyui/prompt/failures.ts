import type { ComfyuiInput } from '../../../contracts/comfyui.ts';
import { AppError } from '../../../errors.ts';
import type { ExecutionError, Refusal } from '../client/schemas.ts';
import { exhaustedMemory } from './out-of-memory.ts';
import type { PromptEnd } from './prompt-state.ts';

/** Temporary failures. They are tested before the lasting ones, because both use the same exceptions. */
const PASSING =
  /CUDA error|HIP error|cuDNN|cublas|AcceleratorError|No space left|DefaultCPUAllocator|MemoryError|Connection|timed? ?out|Resource temporarily/i;
/** Failures that the same graph would cause again on the same server. */
const LASTING = [
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

/**
 * Converts a failed run into an error of the catalogue. It leaves out tracebacks and inputs, because they contain
 * clients' prompts.
 */
export function executionFailure(error: ExecutionError | null): AppError {
  if (error === null) return new AppError('comfyui_failed', 'it does not say why');
  const { exception_type: type, exception_message: message } = error;
  const whole = `${type}: ${message}`;
  const memory = exhaustedMemory(type, message);
  const detail = `${nodeName(error.node_id, error.node_type)}: ${type === '' ? '' : `${type}: `}${firstLine(message)}`;
  if (memory === 'card') return new AppError('vram_exhausted', detail);
  const isLasting = memory === null && !PASSING.test(whole) && LASTING.some((pattern) => pattern.test(whole));
  return new AppError(isLasting ? 'comfyui_node_failed' : 'comfyui_failed', detail);
}

/** Why a prompt failed; null if it ended well. */
export function endFailure({ outcome, error }: PromptEnd): AppError | null {
  if (outcome === 'interrupted') return new AppError('comfyui_interrupted');
  return outcome === 'error' ? executionFailure(error) : null;
}

/**
 * Converts ComfyUI's refusal of a graph, or of a part of it, into a permanent error that names node, input, file and
 * folder.
 */
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
