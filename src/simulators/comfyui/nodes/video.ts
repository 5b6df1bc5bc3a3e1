import { encodeVideo } from '../media/video.ts';
import { RunFailure } from '../run/failure.ts';
import { merged, type NodeInputs, type NodeResult, type NodeRun, type NodeTools } from './node-class.ts';

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

/** The classes that make and save films. */
export const VIDEO_RUNS: Record<string, NodeRun> = {
  CreateVideo: ({ literal, made }) => ({ outputs: [{ ...made['images'], fps: Number(literal['fps']) }] }),
  SaveVideo: (inputs, tools) => save(inputs, tools, containerOf(inputs.literal['format'])),
  SaveWEBM: (inputs, tools) => save(inputs, tools, 'webm'),
  SaveAnimatedWEBP: (inputs, tools) => save(inputs, tools, 'webp'),
};
