import { encodeVideo } from '../media/video.ts';
import { RunFailure } from '../run/failure.ts';
import { flag, float, from, int, oneOf, prefix } from './inputs.ts';
import { merged, type NodeClass, type NodeInputs, type NodeResult, type NodeTools } from './node-class.ts';

const category = 'video';

async function save(
  inputs: NodeInputs,
  tools: NodeTools,
  ending: 'mp4' | 'webm' | 'mkv' | 'webp',
): Promise<NodeResult> {
  const made = {
    ...merged(inputs),
    ...(inputs.literal['fps'] !== undefined && { fps: Number(inputs.literal['fps']) }),
  };
  const [item] = await tools.name(String(inputs.literal['filename_prefix']), `_.${ending}`, { size: made });
  if (item === undefined) throw new Error('no name');
  await tools.write(item, await encodeVideo(made, ending, tools.signal));
  return { outputs: [made], ui: { images: [item], animated: [true] } };
}

const CONTAINERS = { auto: 'mp4', mp4: 'mp4', mkv: 'mkv', webm: 'webm' } as const;

/** The real class finds out only when it runs; see row 5 of the recordings' README. */
function containerOf(format: unknown): 'mp4' | 'mkv' | 'webm' {
  const known = Object.entries(CONTAINERS).find(([name]) => name === format);
  if (known !== undefined) return known[1];
  throw new RunFailure('TypeError', "SaveVideo.execute() missing 1 required positional argument: 'format'\n");
}

export const VIDEO: NodeClass[] = [
  {
    name: 'CreateVideo',
    category,
    required: { images: from('IMAGE'), fps: float(30, 1, 120, 1) },
    optional: { audio: from('AUDIO'), bit_depth: int(8, 8, 10, 2) },
    outputs: ['VIDEO'],
    run: ({ literal, made }) => ({ outputs: [{ ...made['images'], fps: Number(literal['fps']) }] }),
  },
  {
    name: 'SaveVideo',
    category,
    required: {
      video: from('VIDEO'),
      filename_prefix: prefix('video/ComfyUI'),
      format: [
        'COMFY_DYNAMICCOMBO_V3',
        { options: Object.keys(CONTAINERS).map((key) => ({ key, inputs: { required: {} } })) },
      ],
    },
    optional: {
      codec: [
        'COMFY_DYNAMICCOMBO_V3',
        { options: ['auto', 'h264', 'av1'].map((key) => ({ key, inputs: {} })), hidden: true },
      ],
    },
    outputs: ['VIDEO'],
    outputNode: true,
    run: (inputs, tools) => save(inputs, tools, containerOf(inputs.literal['format'])),
  },
  {
    name: 'SaveWEBM',
    category,
    required: {
      images: from('IMAGE'),
      filename_prefix: prefix(),
      codec: oneOf('vp9', 'av1'),
      fps: float(24, 0.01, 1000, 0.01),
      crf: float(32, 0, 63, 1),
    },
    outputs: ['IMAGE'],
    outputNode: true,
    run: (inputs, tools) => save(inputs, tools, 'webm'),
  },
  {
    name: 'SaveAnimatedWEBP',
    category: 'image/animation',
    required: {
      images: from('IMAGE'),
      filename_prefix: prefix(),
      fps: float(6, 0.01, 1000, 0.01),
      lossless: flag(true),
      quality: int(80, 0, 100),
      method: oneOf('default', 'fastest', 'slowest'),
    },
    outputs: ['IMAGE'],
    outputNode: true,
    run: (inputs, tools) => save(inputs, tools, 'webp'),
  },
];
