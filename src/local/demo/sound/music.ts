import { SAMPLE_RATE } from './voice.ts';

const BAR_SECONDS = 1.6;
/** Chords as semitones above A2: Am9, Fmaj9, C, G. */
const CHORDS = [
  [0, 12, 15, 19, 23],
  [-4, 8, 12, 15, 19],
  [3, 10, 15, 19, 22],
  [-2, 10, 14, 17, 22],
] as const;
const ARPEGGIO = [1, 2, 3, 4, 3, 2, 4, 3];

const hertz = (semitones: number): number => 110 * 2 ** (semitones / 12);

interface Note {
  start: number;
  seconds: number;
  hertz: number;
  volume: number;
  /** −1 left, 1 right. */
  side: number;
  /** Seconds until it is at its loudest, and how fast it fades after that. */
  attack: number;
  decay: number;
}

const held = (semitones: number, voice: number, start: number): Note => ({
  start,
  seconds: BAR_SECONDS * 1.5,
  hertz: hertz(semitones),
  volume: voice === 0 ? 0.16 : 0.075,
  side: voice === 0 ? 0 : (voice - 2.5) / 2,
  attack: 0.5,
  decay: 0.5,
});

const plucked = (semitones: number, index: number, bar: number): Note => ({
  start: bar + (index * BAR_SECONDS) / ARPEGGIO.length,
  seconds: 1.4,
  hertz: hertz(semitones + 12),
  volume: index % 4 === 0 ? 0.15 : 0.1,
  side: index % 2 === 0 ? -0.5 : 0.5,
  attack: 0.006,
  decay: 3.4,
});

const notes = (): Note[] =>
  CHORDS.flatMap((chord, bar) => [
    ...chord.map((semitones, voice) => held(semitones, voice, bar * BAR_SECONDS)),
    ...ARPEGGIO.map((voice, index) => plucked(chord[voice] ?? 12, index, bar * BAR_SECONDS)),
  ]);

/** A few bars of calm music as left and right channel. What rings on past the end rings into the beginning, so that it loops without a seam. */
export function music(): [Float32Array, Float32Array] {
  const length = Math.round(CHORDS.length * BAR_SECONDS * SAMPLE_RATE);
  const channels: [Float32Array, Float32Array] = [new Float32Array(length), new Float32Array(length)];
  for (const note of notes()) {
    const count = Math.round(note.seconds * SAMPLE_RATE);
    for (let index = 0; index < count; index++) {
      const at = index / SAMPLE_RATE;
      const rise = Math.min(1, at / note.attack);
      const end = Math.min(1, (note.seconds - at) / 0.3);
      const envelope = note.volume * rise * rise * end * Math.exp(-note.decay * Math.max(0, at - note.attack));
      const turn = 2 * Math.PI * note.hertz * at;
      const sample = envelope * (Math.sin(turn) + 0.32 * Math.sin(2 * turn) + 0.1 * Math.sin(3.003 * turn));
      const where = (Math.round(note.start * SAMPLE_RATE) + index) % length;
      channels.forEach((channel, side) => {
        const share = side === 0 ? 1 - note.side : 1 + note.side;
        channel[where] = (channel[where] ?? 0) + sample * share;
      });
    }
  }
  const peak = Math.max(
    ...channels.map((channel) => channel.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)),
  );
  const [left, right] = channels.map((channel) => channel.map((sample) => (sample / peak) * 0.85));
  return [left ?? channels[0], right ?? channels[1]];
}
