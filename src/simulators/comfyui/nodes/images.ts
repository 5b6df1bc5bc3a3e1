import { picturePng, pictureSize } from '../media/picture.ts';
import { merged, type NodeInputs, type NodeResult, type NodeRun, type NodeTools } from './node-class.ts';

async function save(
  inputs: NodeInputs,
  tools: NodeTools,
  prefixName: string,
  type: 'output' | 'temp',
): Promise<NodeResult> {
  const made = inputs.made['images'] ?? {};
  const items = await tools.name(prefixName, '_.png', { type, size: made, count: made.count ?? 1 });
  for (const [index, item] of items.entries()) await tools.write(item, await picturePng(made, index));
  return { outputs: [made], ui: { images: items } };
}

const randomLetters = (): string =>
  Array.from({ length: 5 }, () => 'abcdefghijklmnopqrstupvxyz'.charAt(Math.floor(Math.random() * 26))).join('');

const sizeOf = (literal: Record<string, unknown>): { width: number; height: number } => ({
  width: Number(literal['width']),
  height: Number(literal['height']),
});

/** The classes that make, change and save pictures. */
export const IMAGE_RUNS: Record<string, NodeRun> = {
  EmptyImage: ({ literal }) => ({
    outputs: [{ ...sizeOf(literal), count: Number(literal['batch_size']), colour: Number(literal['color']) }],
  }),
  LoadImage: async ({ literal }, tools) => {
    const file = await tools.readInput(String(literal['image']));
    return { outputs: [{ file, count: 1, ...(await pictureSize(file)) }, {}] };
  },
  ImageScale: (inputs) => ({ outputs: [{ ...merged(inputs), ...sizeOf(inputs.literal) }] }),
  ImageInvert: (inputs) => ({ outputs: [{ ...merged(inputs), colour: 0xffffff - (merged(inputs).colour ?? 0) }] }),
  RepeatImageBatch: (inputs) => ({
    outputs: [{ ...merged(inputs), count: (merged(inputs).count ?? 1) * Number(inputs.literal['amount']) }],
  }),
  SaveImage: (inputs, tools) => save(inputs, tools, String(inputs.literal['filename_prefix']), 'output'),
  PreviewImage: (inputs, tools) => save(inputs, tools, `ComfyUI_temp_${randomLetters()}`, 'temp'),
  SaveImageWebsocket: async (inputs, tools) => {
    const made = merged(inputs);
    const count = made.count ?? 1;
    for (let index = 0; index < count; index++) tools.sendPicture(await picturePng(made, index), index, count);
    return { outputs: [] };
  },
};
