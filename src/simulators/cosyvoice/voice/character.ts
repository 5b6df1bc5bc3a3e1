import { createHash } from 'node:crypto';
import { pitchOf } from './pitch.ts';
import type { Recording } from './recording.ts';

/** How a voice sounds. */
export interface Character {
  /** An eSpeak variant such as `+f2`; empty is its plain voice. */
  variant: string;
  /** The middle of its pitch. */
  hertz: number;
}

const HIGH = ['+f1', '+f2', '+f3', '+f4', '+f5'];
const LOW = ['', '+m1', '+m2', '+m3', '+m5', '+m7'];
/** Where the voices of most women begin. */
const BORDER = 160;
const UNPITCHED = 120;

const pick = (from: readonly string[], key: Uint8Array | string): string =>
  from[(createHash('sha256').update(key).digest()[0] ?? 0) % from.length] ?? '';

/** The same recording gives the same voice, at its own pitch. */
export function characterOfRecording({ samples, sampleRate }: Recording): Character {
  const hertz = pitchOf(samples, sampleRate) ?? UNPITCHED;
  const key = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  return { variant: pick(hertz < BORDER ? LOW : HIGH, key), hertz };
}

/** A preset speaker; v1 names them by language and 男 or 女. */
export function characterOfSpeaker(id: string): Character {
  const low = /男|(^|[^a-z])(m|male|man)([^a-z]|$)/i.test(id);
  return { variant: pick(low ? LOW : HIGH, id), hertz: low ? 105 : 210 };
}
