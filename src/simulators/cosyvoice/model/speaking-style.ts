/** How an instruction makes it speak: 1 is as always. */
export interface SpeakingStyle {
  tempo: number;
  pitch: number;
  loudness: number;
}

const EFFECTS: readonly (readonly [RegExp, Partial<SpeakingStyle>])[] = [
  [/\bfast|quick|快/i, { tempo: 1.4 }],
  [/\bslow|慢/i, { tempo: 0.7 }],
  [/\bloud|shout|大声|响亮/i, { loudness: 1.5 }],
  [/\bsoft|whisper|quiet|小声|轻声/i, { loudness: 0.4 }],
  [/happy|excited|cheerful|开心|高兴|快乐/i, { tempo: 1.1, pitch: 1.12 }],
  [/\bsad|伤心|难过|悲伤/i, { tempo: 0.85, pitch: 0.9 }],
  [/angry|生气|愤怒/i, { tempo: 1.1, pitch: 0.95, loudness: 1.3 }],
];

/** A few of the instructions that the model was trained with. */
export function styleOf(instruction: string): SpeakingStyle {
  const style = { tempo: 1, pitch: 1, loudness: 1 };
  for (const [words, { tempo = 1, pitch = 1, loudness = 1 }] of EFFECTS) {
    if (!words.test(instruction)) continue;
    style.tempo *= tempo;
    style.pitch *= pitch;
    style.loudness *= loudness;
  }
  return style;
}
