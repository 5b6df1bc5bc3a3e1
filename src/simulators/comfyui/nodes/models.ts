import { str } from '../validate/python.ts';
import type { Made, NodeInputs, NodeRun, NodeTools } from './node-class.ts';

/** Loads every input that names a model file. A model or CLIP that comes in passes through as it is. */
const load: NodeRun = ({ literal, made }, tools) => {
  for (const value of Object.values(literal))
    if (typeof value === 'string' && /\.(safetensors|gguf|pt|ckpt)$/.test(value)) tools.load(value);
  return { outputs: Object.values(made) };
};

const sizeOf = (literal: Record<string, unknown>): Made => ({
  width: Number(literal['width']),
  height: Number(literal['height']),
  count: Number(literal['length'] ?? literal['batch_size'] ?? 1),
});

const makeEmptyLatent: NodeRun = ({ literal }) => ({ outputs: [sizeOf(literal)] });

/** @param options.textFrom the input that carries the prompt. */
async function sample(
  { made: { latent_image: latent, ...made } }: NodeInputs,
  tools: NodeTools,
  { steps, seed, textFrom }: { steps: number; seed: number | undefined; textFrom: 'positive' | 'guider' },
) {
  const text = made[textFrom]?.text;
  const picture: Made = { ...latent, ...(text !== undefined && { text }), ...(seed !== undefined && { seed }) };
  for (let step = 1; step <= steps; step++) await tools.step(step, steps, picture);
  return { outputs: [picture, picture] };
}

/** The classes that load models, encode prompts and sample. */
export const MODEL_RUNS: Record<string, NodeRun> = {
  UNETLoader: load,
  CheckpointLoaderSimple: load,
  CLIPLoader: load,
  DualCLIPLoader: load,
  VAELoader: load,
  CLIPVisionLoader: load,
  LoraLoader: load,
  LoraLoaderModelOnly: load,

  CLIPTextEncode: ({ literal, made }) => ({ outputs: [{ text: str(literal['text'] ?? made['text']?.text ?? '') }] }),
  CLIPTextEncodeFlux: ({ literal }) => ({ outputs: [{ text: String(literal['t5xxl'] || literal['clip_l']) }] }),
  ConditioningZeroOut: () => ({ outputs: [{}] }),
  CLIPVisionEncode: () => ({ outputs: [{}] }),
  WanImageToVideo: ({ literal, made }) => ({
    outputs: [made['positive'] ?? {}, made['negative'] ?? {}, { ...made['start_image'], ...sizeOf(literal) }],
  }),

  EmptyLatentImage: makeEmptyLatent,
  EmptySD3LatentImage: makeEmptyLatent,
  EmptyHunyuanLatentVideo: makeEmptyLatent,
  Wan22ImageToVideoLatent: ({ literal, made }) => ({ outputs: [{ ...made['start_image'], ...sizeOf(literal) }] }),

  KSampler: (inputs, tools) =>
    sample(inputs, tools, {
      steps: Number(inputs.literal['steps']),
      seed: Number(inputs.literal['seed']),
      textFrom: 'positive',
    }),
  KSamplerAdvanced: (inputs, tools) => {
    const number = (name: string): number => Number(inputs.literal[name]);
    return sample(inputs, tools, {
      steps: Math.max(0, Math.min(number('steps'), number('end_at_step')) - number('start_at_step')),
      // The second of two experts adds no noise, so the seed is that of the first.
      seed: inputs.literal['add_noise'] === 'enable' ? number('noise_seed') : undefined,
      textFrom: 'positive',
    });
  },
  SamplerCustomAdvanced: (inputs, tools) =>
    sample(inputs, tools, {
      steps: inputs.made['sigmas']?.steps ?? 1,
      seed: inputs.made['noise']?.seed ?? 0,
      textFrom: 'guider',
    }),
  CFGGuider: ({ made }) => ({ outputs: [made['positive'] ?? {}] }),
  BasicScheduler: ({ literal }) => ({ outputs: [{ steps: Number(literal['steps']) }] }),
  RandomNoise: ({ literal }) => ({ outputs: [{ seed: Number(literal['noise_seed']) }] }),
};
