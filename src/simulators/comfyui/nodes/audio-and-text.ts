import { encodeAudio } from '../media/audio.ts';
import { str } from '../validate/python.ts';
import { float, from, int, prefix, text } from './inputs.ts';
import { merged, type NodeClass, type NodeInputs, type NodeResult, type NodeTools } from './node-class.ts';

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

export const AUDIO_AND_TEXT: NodeClass[] = [
  {
    name: 'EmptyAudio',
    category: 'audio',
    required: { duration: float(60, 0, 2 ** 64, 0.01), sample_rate: int(44_100, 1, 192_000), channels: int(2, 1, 2) },
    outputs: ['AUDIO'],
    run: ({ literal }) => ({
      outputs: [
        {
          seconds: Number(literal['duration']),
          sampleRate: Number(literal['sample_rate']),
          channels: Number(literal['channels']),
        },
      ],
    }),
  },
  {
    name: 'SaveAudio',
    category: 'audio',
    required: { audio: from('AUDIO'), filename_prefix: prefix('audio/ComfyUI') },
    outputs: ['AUDIO'],
    outputNode: true,
    run: (inputs, tools) => save(inputs, tools, 'flac', 'output'),
  },
  {
    name: 'SaveAudioMP3',
    category: 'audio',
    required: {
      audio: from('AUDIO'),
      filename_prefix: prefix('audio/ComfyUI'),
      quality: [['V0', '128k', '320k'], { default: 'V0' }],
    },
    outputs: ['AUDIO'],
    outputNode: true,
    run: (inputs, tools) => save(inputs, tools, 'mp3', 'output'),
  },
  {
    name: 'PreviewAudio',
    category: 'audio',
    required: { audio: from('AUDIO') },
    outputs: ['AUDIO'],
    outputNode: true,
    run: (inputs, tools) => save(inputs, tools, 'flac', 'temp'),
  },
  {
    name: 'PrimitiveString',
    category: 'utils/primitive',
    required: { value: text() },
    outputs: ['STRING'],
    run: ({ literal }) => ({ outputs: [{ text: String(literal['value']) }] }),
  },
  {
    name: 'PreviewAny',
    category: 'utils',
    required: { source: from('*') },
    outputs: ['STRING'],
    outputNode: true,
    run: (inputs) => {
      const shown = str(inputs.literal['source'] ?? merged(inputs).text ?? '');
      return { outputs: [{ text: shown }], ui: { text: [shown] } };
    },
  },
];
