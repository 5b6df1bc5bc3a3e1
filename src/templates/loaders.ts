import type { Graph, MediaKind, ModelFile } from '../contracts/comfyui.ts';
import type { ModelPlace } from './template.ts';

/** Which inputs of ComfyUI's own loaders name model files, and the folder that `GET /models/{folder}` lists them in. */
const MODEL_INPUTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AudioEncoderLoader: { audio_encoder_name: 'audio_encoders' },
  CheckpointLoader: { ckpt_name: 'checkpoints' },
  CheckpointLoaderSimple: { ckpt_name: 'checkpoints' },
  CLIPLoader: { clip_name: 'text_encoders' },
  CLIPVisionLoader: { clip_name: 'clip_vision' },
  ControlNetLoader: { control_net_name: 'controlnet' },
  DiffControlNetLoader: { control_net_name: 'controlnet' },
  DualCLIPLoader: { clip_name1: 'text_encoders', clip_name2: 'text_encoders' },
  GLIGENLoader: { gligen_name: 'gligen' },
  HypernetworkLoader: { hypernetwork_name: 'hypernetworks' },
  ImageOnlyCheckpointLoader: { ckpt_name: 'checkpoints' },
  LoraLoader: { lora_name: 'loras' },
  LoraLoaderModelOnly: { lora_name: 'loras' },
  ModelPatchLoader: { name: 'model_patches' },
  PhotoMakerLoader: { photomaker_model_name: 'photomaker' },
  QuadrupleCLIPLoader: {
    clip_name1: 'text_encoders',
    clip_name2: 'text_encoders',
    clip_name3: 'text_encoders',
    clip_name4: 'text_encoders',
  },
  StyleModelLoader: { style_model_name: 'style_models' },
  TripleCLIPLoader: { clip_name1: 'text_encoders', clip_name2: 'text_encoders', clip_name3: 'text_encoders' },
  UNETLoader: { unet_name: 'diffusion_models' },
  unCLIPCheckpointLoader: { ckpt_name: 'checkpoints' },
  UpscaleModelLoader: { model_name: 'upscale_models' },
  VAELoader: { vae_name: 'vae' },
};

/** Choices of VAELoader that are no files of the folder `vae`. */
const NO_FILE = /^(None|pixel_space|tae(sd|sdxl|sd3|f1))$/;

const FILE_INPUTS: Readonly<Record<string, Readonly<Record<string, MediaKind>>>> = {
  LoadAudio: { audio: 'audio' },
  LoadImage: { image: 'image' },
  LoadImageMask: { image: 'image' },
  LoadVideo: { file: 'video' },
  VHS_LoadAudioUpload: { audio: 'audio' },
  VHS_LoadVideo: { video: 'video' },
};

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** The kind of file that an input takes from ComfyUI's input folder, if it takes one. */
export const fileKind = (classType: string, input: string): MediaKind | undefined =>
  own(own(FILE_INPUTS, classType) ?? {}, input);

/** The model files that a graph loads, found by its node classes and by `more` places. */
export function modelFiles(graph: Graph, more: readonly ModelPlace[]): ModelFile[] {
  const told = Object.entries(graph).flatMap(([node, { class_type: classType }]) =>
    Object.entries(own(MODEL_INPUTS, classType) ?? {}).map(([input, folder]) => ({ node, input, folder })),
  );
  const others = more.filter((place) => !told.some(({ node, input }) => node === place.node && input === place.input));
  return [...told, ...others].flatMap(({ node, input, folder }) => {
    const file = graph[node]?.inputs[input];
    return typeof file === 'string' && !NO_FILE.test(file) ? [{ folder, file, node, input }] : [];
  });
}
