import { AUDIO_AND_TEXT } from './audio-and-text.ts';
import { CONDITIONING, LATENTS } from './conditioning.ts';
import { IMAGES } from './images.ts';
import { LOADERS } from './loaders.ts';
import type { NodeClass } from './node-class.ts';
import { SAMPLING } from './samplers.ts';
import { VIDEO } from './video.ts';

const CLASSES = new Map(
  [...LOADERS, ...CONDITIONING, ...LATENTS, ...SAMPLING, ...IMAGES, ...VIDEO, ...AUDIO_AND_TEXT].map((one) => [
    one.name,
    one,
  ]),
);

export const nodeClass = (name: string): NodeClass | undefined => CLASSES.get(name);
export const nodeClasses = (): NodeClass[] => [...CLASSES.values()];
