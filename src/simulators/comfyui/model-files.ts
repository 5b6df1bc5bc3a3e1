/** Files that the models folders hold at the start: those of the official Flux and Wan templates. */
export const DEFAULT_MODEL_FILES: Record<string, readonly string[]> = {
  checkpoints: ['flux1-dev-fp8.safetensors'],
  diffusion_models: [
    'flux1-dev.safetensors',
    'wan2.1_i2v_480p_14B_fp16.safetensors',
    'wan2.1_i2v_480p_14B_fp8_scaled.safetensors',
    'wan2.1_i2v_720p_14B_fp16.safetensors',
    'wan2.1_t2v_1.3B_fp16.safetensors',
    'wan2.1_t2v_14B_fp16.safetensors',
    'wan2.1_t2v_14B_fp8_scaled.safetensors',
    'wan2.2_i2v_high_noise_14B_fp8_scaled.safetensors',
    'wan2.2_i2v_low_noise_14B_fp8_scaled.safetensors',
    'wan2.2_t2v_high_noise_14B_fp8_scaled.safetensors',
    'wan2.2_t2v_low_noise_14B_fp8_scaled.safetensors',
    'wan2.2_ti2v_5B_fp16.safetensors',
  ],
  text_encoders: [
    'clip_l.safetensors',
    't5xxl_fp16.safetensors',
    't5xxl_fp8_e4m3fn_scaled.safetensors',
    'umt5_xxl_fp16.safetensors',
    'umt5_xxl_fp8_e4m3fn_scaled.safetensors',
  ],
  vae: ['ae.safetensors', 'wan2.2_vae.safetensors', 'wan_2.1_vae.safetensors'],
  clip_vision: ['clip_vision_h.safetensors'],
  loras: [
    'wan2.2_i2v_lightx2v_4steps_lora_v1_high_noise.safetensors',
    'wan2.2_i2v_lightx2v_4steps_lora_v1_low_noise.safetensors',
    'wan2.2_t2v_lightx2v_4steps_lora_v1.1_high_noise.safetensors',
    'wan2.2_t2v_lightx2v_4steps_lora_v1.1_low_noise.safetensors',
  ],
};

const EMPTY_FOLDERS = [
  'configs',
  'style_models',
  'embeddings',
  'diffusers',
  'vae_approx',
  'controlnet',
  'gligen',
  'upscale_models',
];

export interface ModelFiles {
  folders(): string[];
  /** Files of a folder, or undefined when there is no such folder. `missing` is left out. */
  list(folder: string): string[] | undefined;
}

/** @param missing names a file, or `folder/file`, that is gone; asked each time. */
export function createModelFiles(
  files: Record<string, readonly string[]> = DEFAULT_MODEL_FILES,
  missing: () => readonly string[] = () => [],
): ModelFiles {
  const all: Record<string, readonly string[]> = {
    ...Object.fromEntries(EMPTY_FOLDERS.map((name) => [name, []])),
    ...files,
  };
  return {
    folders: () => Object.keys(all),
    list: (folder) => {
      const gone = missing();
      return all[folder]?.filter((file) => !gone.includes(file) && !gone.includes(`${folder}/${file}`)).toSorted();
    },
  };
}
