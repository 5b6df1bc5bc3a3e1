import { str } from '../validate/python.ts';
import { batch, float, from, frames, oneOf, side, text } from './inputs.ts';
import { merged, type Made, type NodeClass } from './node-class.ts';

const category = 'model/conditioning';
const sizeOf = (literal: Record<string, unknown>): Made => ({
  width: Number(literal['width']),
  height: Number(literal['height']),
  count: Number(literal['length'] ?? literal['batch_size'] ?? 1),
});

export const CONDITIONING: NodeClass[] = [
  {
    name: 'CLIPTextEncode',
    category,
    required: { text: text(), clip: from('CLIP') },
    outputs: ['CONDITIONING'],
    run: ({ literal, made }) => ({ outputs: [{ text: str(literal['text'] ?? made['text']?.text ?? '') }] }),
  },
  {
    name: 'CLIPTextEncodeFlux',
    category,
    required: { clip: from('CLIP'), clip_l: text(), t5xxl: text(), guidance: float(3.5, 0, 100, 0.1) },
    outputs: ['CONDITIONING'],
    run: ({ literal }) => ({ outputs: [{ text: String(literal['t5xxl'] || literal['clip_l']) }] }),
  },
  {
    name: 'FluxGuidance',
    category,
    required: { conditioning: from('CONDITIONING'), guidance: float(3.5, 0, 100, 0.1) },
    outputs: ['CONDITIONING'],
  },
  {
    name: 'ConditioningZeroOut',
    category,
    required: { conditioning: from('CONDITIONING') },
    outputs: ['CONDITIONING'],
    run: () => ({ outputs: [{}] }),
  },
  {
    name: 'CLIPVisionEncode',
    category,
    required: { clip_vision: from('CLIP_VISION'), image: from('IMAGE'), crop: oneOf('center', 'none') },
    outputs: ['CLIP_VISION_OUTPUT'],
    run: () => ({ outputs: [{}] }),
  },
  {
    name: 'WanImageToVideo',
    category,
    required: {
      positive: from('CONDITIONING'),
      negative: from('CONDITIONING'),
      vae: from('VAE'),
      width: side(832, 16, 16),
      height: side(480, 16, 16),
      length: frames(81),
      batch_size: batch(),
    },
    optional: { clip_vision_output: from('CLIP_VISION_OUTPUT'), start_image: from('IMAGE') },
    outputs: ['CONDITIONING', 'CONDITIONING', 'LATENT'],
    run: ({ literal, made }) => ({
      outputs: [made['positive'] ?? {}, made['negative'] ?? {}, { ...made['start_image'], ...sizeOf(literal) }],
    }),
  },
];

export const LATENTS: NodeClass[] = [
  {
    name: 'EmptyLatentImage',
    category: 'latent',
    required: { width: side(512, 16, 8), height: side(512, 16, 8), batch_size: batch() },
    outputs: ['LATENT'],
    run: ({ literal }) => ({ outputs: [sizeOf(literal)] }),
  },
  {
    name: 'EmptySD3LatentImage',
    category: 'latent/sd3',
    required: { width: side(1024, 16, 16), height: side(1024, 16, 16), batch_size: batch() },
    outputs: ['LATENT'],
    run: ({ literal }) => ({ outputs: [sizeOf(literal)] }),
  },
  {
    name: 'EmptyHunyuanLatentVideo',
    category: 'latent/video',
    required: { width: side(848, 16, 16), height: side(480, 16, 16), length: frames(25), batch_size: batch() },
    outputs: ['LATENT'],
    run: ({ literal }) => ({ outputs: [sizeOf(literal)] }),
  },
  {
    name: 'Wan22ImageToVideoLatent',
    category: 'conditioning/inpaint',
    required: {
      vae: from('VAE'),
      width: side(1280, 32, 32),
      height: side(704, 32, 32),
      length: frames(49),
      batch_size: batch(),
    },
    optional: { start_image: from('IMAGE') },
    outputs: ['LATENT'],
    run: ({ literal, made }) => ({ outputs: [{ ...made['start_image'], ...sizeOf(literal) }] }),
  },
  {
    name: 'VAEDecode',
    category: 'latent',
    required: { samples: from('LATENT'), vae: from('VAE') },
    outputs: ['IMAGE'],
    run: (inputs) => ({ outputs: [merged(inputs)] }),
  },
  { name: 'VAEEncode', category: 'latent', required: { pixels: from('IMAGE'), vae: from('VAE') }, outputs: ['LATENT'] },
];
