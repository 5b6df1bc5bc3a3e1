import type { InputSpec } from './node-class.ts';

const MAX_RESOLUTION = 16_384;

export const int = (initial: number, min: number, max: number, step?: number): InputSpec => [
  'INT',
  { default: initial, min, max, ...(step !== undefined && { step }) },
];
export const float = (initial: number, min: number, max: number, step: number): InputSpec => [
  'FLOAT',
  { default: initial, min, max, step },
];
export const text = (initial?: string): InputSpec => [
  'STRING',
  initial === undefined ? { multiline: true, dynamicPrompts: true } : { default: initial },
];
export const flag = (initial: boolean): InputSpec => ['BOOLEAN', { default: initial }];
export const oneOf = (...options: string[]): InputSpec => [options, {}];
/** A file of a models folder. */
export const model = (folder: string): InputSpec => [{ folder }, {}];
export const from = (type: string): InputSpec => [type, {}];
export const side = (initial: number, min: number, step: number): InputSpec => int(initial, min, MAX_RESOLUTION, step);
export const frames = (initial: number): InputSpec => int(initial, 1, MAX_RESOLUTION, 4);
export const batch = (): InputSpec => int(1, 1, 4096);
/** Up to 2^64 − 1, which JavaScript rounds. */
export const seed = (): InputSpec => int(0, 0, 2 ** 64);
export const prefix = (initial = 'ComfyUI'): InputSpec => text(initial);
