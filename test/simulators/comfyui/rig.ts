import { onTestFinished } from 'vitest';
import { freePort } from '../../../src/local/stack/ports.ts';
import type { ComfyuiSimulatorOptions } from '../../../src/simulators/comfyui/options.ts';
import { createComfyuiSimulator, type ComfyuiSimulator } from '../../../src/simulators/comfyui/simulator.ts';

/** A stand-in that ends with the test; steps take no time unless told. */
export async function simulate(options: ComfyuiSimulatorOptions = {}): Promise<ComfyuiSimulator> {
  const simulator = await createComfyuiSimulator({ port: await freePort(), stepMs: 1, ...options });
  onTestFinished(() => simulator.close());
  return simulator;
}

/** A Flux graph: sampler 7, output 9. */
export const flux = (text = 'a fox', seed = 7, steps = 4): Record<string, unknown> => ({
  '1': { class_type: 'UNETLoader', inputs: { unet_name: 'flux1-dev.safetensors', weight_dtype: 'default' } },
  '2': {
    class_type: 'DualCLIPLoader',
    inputs: { clip_name1: 'clip_l.safetensors', clip_name2: 't5xxl_fp16.safetensors', type: 'flux' },
  },
  '3': { class_type: 'VAELoader', inputs: { vae_name: 'ae.safetensors' } },
  '4': { class_type: 'CLIPTextEncode', inputs: { text, clip: ['2', 0] } },
  '5': { class_type: 'ConditioningZeroOut', inputs: { conditioning: ['4', 0] } },
  '6': { class_type: 'EmptySD3LatentImage', inputs: { width: 256, height: 128, batch_size: 1 } },
  '7': {
    class_type: 'KSampler',
    inputs: {
      model: ['1', 0],
      positive: ['4', 0],
      negative: ['5', 0],
      latent_image: ['6', 0],
      seed,
      steps,
      cfg: 1,
      sampler_name: 'euler',
      scheduler: 'simple',
      denoise: 1,
    },
  },
  '8': { class_type: 'VAEDecode', inputs: { samples: ['7', 0], vae: ['3', 0] } },
  '9': { class_type: 'SaveImage', inputs: { images: ['8', 0], filename_prefix: `flux-${seed}` } },
});
