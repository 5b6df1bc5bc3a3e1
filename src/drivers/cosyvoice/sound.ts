/** 16-bit mono samples. */
export interface Sound {
  samples: Buffer;
  sampleRate: number;
}

export const samplesIn = ({ samples }: Sound): number => samples.length >> 1;
export const secondsOf = (sound: Sound): number => samplesIn(sound) / sound.sampleRate;
