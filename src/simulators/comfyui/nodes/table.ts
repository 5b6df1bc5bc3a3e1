import { AUDIO_AND_TEXT_RUNS } from './audio-and-text.ts';
import { IMAGE_RUNS } from './images.ts';
import { MODEL_RUNS } from './models.ts';
import { merged, type NodeClass, type NodeRun } from './node-class.ts';
import definitions from './node-classes.json' with { type: 'json' };
import { VIDEO_RUNS } from './video.ts';

const CLASSES = new Map((definitions as unknown as NodeClass[]).map((one) => [one.name, one]));
const RUNS: Record<string, NodeRun> = { ...MODEL_RUNS, ...IMAGE_RUNS, ...VIDEO_RUNS, ...AUDIO_AND_TEXT_RUNS };

export const nodeClass = (name: string): NodeClass | undefined => CLASSES.get(name);
export const nodeClasses = (): NodeClass[] => [...CLASSES.values()];

/** A class that has nothing else to do passes on all that came in. */
export const runOf = ({ name, outputs }: NodeClass): NodeRun =>
  RUNS[name] ?? ((inputs) => ({ outputs: outputs.map(() => merged(inputs)) }));
