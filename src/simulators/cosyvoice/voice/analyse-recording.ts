import { createHash } from 'node:crypto';
import { createRecentlyUsed } from '../../recently-used.ts';
import { characterOfRecording, type Character } from './character.ts';
import { decodeRecording } from './recording.ts';

/** The length of a recording and the voice in it. */
export interface RecordingFacts {
  seconds: number;
  character: Character;
}

const MOST = 8;

async function analyse(file: Buffer): Promise<RecordingFacts> {
  const recording = await decodeRecording(file);
  return { seconds: recording.samples.length / recording.sampleRate, character: characterOfRecording(recording) };
}

/** Analyses recordings and remembers the last ones: clients send the same one with every sentence. */
export function createRecordingAnalyser(): (file: Buffer) => Promise<RecordingFacts> {
  const recent = createRecentlyUsed<Promise<RecordingFacts>>(MOST);
  return (file) => recent(createHash('sha256').update(file).digest('hex'), () => analyse(file));
}
