import type { ComfyuiInput } from '../contracts/comfyui.ts';

/** The most characters of client text: the server takes summaries of up to 400 bytes. */
const MOST = 60;

const shorten = (text: string): string => {
  const line = text.replaceAll(/[\s\p{Cc}\p{Cs}]+/gu, ' ').trim();
  const letters = [...line];
  return letters.length <= MOST ? line : `${letters.slice(0, MOST - 1).join('')}…`;
};

/** A number that a template calls by one of these names. */
const numberOf = (values: ReadonlyMap<string, unknown>, name: string): number | undefined => {
  const value = values.get(name);
  return typeof value === 'number' ? value : undefined;
};

/** One line for the Web UI: `flux_dev: a red fox in the snow, 1024×1024, seed 7`. */
export function summariseComfyui(input: ComfyuiInput, values: ReadonlyMap<string, unknown>): string {
  const prompt = ['POSITIVE_PROMPT', 'PROMPT', 'MOTION_PROMPT'].map((name) => values.get(name)).find((value) => value);
  const [width, height] = ['WIDTH', 'HEIGHT'].map((name) => numberOf(values, name));
  const frames = numberOf(values, 'FRAMES');
  const parts = [
    typeof prompt === 'string' ? shorten(prompt) : `${Object.keys(input.graph).length} nodes`,
    width !== undefined && height !== undefined ? `${width}×${height}` : undefined,
    frames === undefined ? undefined : `${frames} frames`,
    input.seed === null ? undefined : `seed ${input.seed}`,
  ];
  return `${shorten(input.template ?? 'own graph')}: ${parts.filter((part) => part !== undefined).join(', ')}`;
}
