import { float, from, model, oneOf } from './inputs.ts';
import type { NodeClass, NodeInputs, NodeResult, NodeTools } from './node-class.ts';

const DEVICE = { device: oneOf('default', 'cpu') };

/** Every input that names a model file is loaded; what passes through stays as it is. */
const loads =
  (outputs: number) =>
  async (inputs: NodeInputs, tools: NodeTools): Promise<NodeResult> => {
    for (const value of Object.values(inputs.literal))
      if (typeof value === 'string' && /\.(safetensors|gguf|pt|ckpt)$/.test(value)) await tools.load(value);
    const made = Object.values(inputs.made);
    return { outputs: Array.from({ length: outputs }, (_, slot) => made[slot] ?? {}) };
  };

const category = 'model/loaders';

export const LOADERS: NodeClass[] = [
  {
    name: 'UNETLoader',
    category,
    required: {
      unet_name: model('diffusion_models'),
      weight_dtype: oneOf('default', 'fp8_e4m3fn', 'fp8_e4m3fn_fast', 'fp8_e5m2'),
    },
    outputs: ['MODEL'],
    run: loads(1),
  },
  {
    name: 'CheckpointLoaderSimple',
    category,
    required: { ckpt_name: model('checkpoints') },
    outputs: ['MODEL', 'CLIP', 'VAE'],
    run: loads(3),
  },
  {
    name: 'CLIPLoader',
    category,
    required: {
      clip_name: model('text_encoders'),
      // prettier-ignore
      type: oneOf('stable_diffusion', 'stable_cascade', 'sd3', 'stable_audio', 'mochi', 'ltxv', 'pixart', 'cosmos', 'lumina2', 'wan', 'hidream', 'chroma', 'ace', 'omnigen2', 'qwen_image', 'hunyuan_image', 'flux2', 'ovis', 'longcat_image', 'cogvideox', 'lens', 'pixeldit', 'ideogram4', 'boogu', 'krea2', 'joyimage', 'mage', 'minimax'),
    },
    optional: DEVICE,
    outputs: ['CLIP'],
    run: loads(1),
  },
  {
    name: 'DualCLIPLoader',
    category,
    required: {
      clip_name1: model('text_encoders'),
      clip_name2: model('text_encoders'),
      // prettier-ignore
      type: oneOf('sdxl', 'sd3', 'flux', 'hunyuan_video', 'hidream', 'hunyuan_image', 'hunyuan_video_15', 'kandinsky5', 'kandinsky5_image', 'ltxv', 'newbie', 'ace'),
    },
    optional: DEVICE,
    outputs: ['CLIP'],
    run: loads(1),
  },
  { name: 'VAELoader', category, required: { vae_name: model('vae') }, outputs: ['VAE'], run: loads(1) },
  {
    name: 'CLIPVisionLoader',
    category,
    required: { clip_name: model('clip_vision') },
    outputs: ['CLIP_VISION'],
    run: loads(1),
  },
  {
    name: 'LoraLoader',
    category,
    required: {
      model: from('MODEL'),
      clip: from('CLIP'),
      lora_name: model('loras'),
      strength_model: float(1, -100, 100, 0.01),
      strength_clip: float(1, -100, 100, 0.01),
    },
    outputs: ['MODEL', 'CLIP'],
    run: loads(2),
  },
  {
    name: 'LoraLoaderModelOnly',
    category,
    required: { model: from('MODEL'), lora_name: model('loras'), strength_model: float(1, -100, 100, 0.01) },
    outputs: ['MODEL'],
    run: loads(1),
  },
];
