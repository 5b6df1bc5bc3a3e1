import { encodeAudio } from '../media/audio.ts';
import { str } from '../validate/python.ts';
import { merged, type NodeInputs, type NodeResult, type NodeRun, type NodeTools } from './node-class.ts';

async function save(
  inputs: NodeInputs,
  tools: NodeTools,
  ending: 'flac' | 'mp3',
  type: 'output' | 'temp',
): Promise<NodeResult> {
  const named = type === 'temp' ? 'ComfyUI_temp_audio' : String(inputs.literal['filename_prefix']);
  // Audio has no underscore behind its number.
  const [item] = await tools.name(named, `.${ending}`, { type });
  if (item === undefined) throw new Error('no name');
  await tools.write(item, await encodeAudio(merged(inputs), ending));
  return { outputs: [merged(inputs)], ui: { audio: [item] } };
}

/** The classes that make and save sounds and texts. */
export const AUDIO_AND_TEXT_RUNS: Record<string, NodeRun> = {
  EmptyAudio: ({ literal }) => ({
    outputs: [
      {
        seconds: Number(literal['duration']),
        sampleRate: Number(literal['sample_rate']),
        channels: Number(literal['channels']),
      },
    ],
  }),
  SaveAudio: (inputs, tools) => save(inputs, tools, 'flac', 'output'),
  SaveAudioMP3: (inputs, tools) => save(inputs, tools, 'mp3', 'output'),
  PreviewAudio: (inputs, tools) => save(inputs, tools, 'flac', 'temp'),
  PrimitiveString: ({ literal }) => ({ outputs: [{ text: String(literal['value']) }] }),
  PreviewAny: (inputs) => {
    const shown = str(inputs.literal['source'] ?? merged(inputs).text ?? '');
    return { outputs: [{ text: shown }], ui: { text: [shown] } };
  },
};
