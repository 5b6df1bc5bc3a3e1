import { picturePng, pictureSize } from '../media/picture.ts';
import { batch, float, from, int, oneOf, prefix, side } from './inputs.ts';
import { merged, type NodeClass, type NodeInputs, type NodeResult, type NodeTools } from './node-class.ts';

const category = 'image';

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

export const IMAGES: NodeClass[] = [
  {
    name: 'EmptyImage',
    category,
    required: { width: side(512, 1, 1), height: side(512, 1, 1), batch_size: batch(), color: int(0, 0, 0xffffff, 1) },
    outputs: ['IMAGE'],
    run: ({ literal }) => ({
      outputs: [
        {
          width: Number(literal['width']),
          height: Number(literal['height']),
          count: Number(literal['batch_size']),
          colour: Number(literal['color']),
        },
      ],
    }),
  },
  {
    name: 'LoadImage',
    category,
    required: { image: [[], { image_upload: true }] },
    outputs: ['IMAGE', 'MASK'],
    check: { image: (value, exists) => (exists(String(value)) ? undefined : `Invalid image file: ${String(value)}`) },
    run: async ({ literal }, tools) => {
      const file = await tools.readInput(String(literal['image']));
      return { outputs: [{ file, count: 1, ...(await pictureSize(file)) }, {}] };
    },
  },
  {
    name: 'ImageScale',
    category,
    required: {
      image: from('IMAGE'),
      upscale_method: oneOf('nearest-exact', 'bilinear', 'area', 'bicubic', 'lanczos'),
      width: side(512, 0, 1),
      height: side(512, 0, 1),
      crop: oneOf('disabled', 'center'),
    },
    outputs: ['IMAGE'],
    run: (inputs) => ({
      outputs: [
        { ...merged(inputs), width: Number(inputs.literal['width']), height: Number(inputs.literal['height']) },
      ],
    }),
  },
  {
    name: 'ImageBlur',
    category,
    required: { image: from('IMAGE'), blur_radius: int(1, 1, 31, 1), sigma: float(1, 0.1, 10, 0.1) },
    outputs: ['IMAGE'],
  },
  {
    name: 'ImageInvert',
    category,
    required: { image: from('IMAGE') },
    outputs: ['IMAGE'],
    run: (inputs) => ({ outputs: [{ ...merged(inputs), colour: 0xffffff - (merged(inputs).colour ?? 0) }] }),
  },
  {
    name: 'RepeatImageBatch',
    category,
    required: { image: from('IMAGE'), amount: int(1, 1, 4096) },
    outputs: ['IMAGE'],
    run: (inputs) => ({
      outputs: [{ ...merged(inputs), count: (merged(inputs).count ?? 1) * Number(inputs.literal['amount']) }],
    }),
  },
  {
    name: 'SaveImage',
    category,
    required: { images: from('IMAGE'), filename_prefix: prefix() },
    outputs: ['IMAGE'],
    outputNode: true,
    run: (inputs, tools) => save(inputs, tools, String(inputs.literal['filename_prefix']), 'output'),
  },
  {
    name: 'PreviewImage',
    category,
    required: { images: from('IMAGE') },
    outputs: ['IMAGE'],
    outputNode: true,
    run: (inputs, tools) => save(inputs, tools, `ComfyUI_temp_${randomLetters()}`, 'temp'),
  },
  {
    name: 'SaveImageWebsocket',
    category: 'api/image',
    required: { images: from('IMAGE') },
    outputs: [],
    outputNode: true,
    run: async (inputs, tools) => {
      const made = merged(inputs);
      const count = made.count ?? 1;
      for (let index = 0; index < count; index++) tools.sendPicture(await picturePng(made, index), index, count);
      return { outputs: [] };
    },
  },
];
