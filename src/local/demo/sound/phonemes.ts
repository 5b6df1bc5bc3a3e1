/** The three resonances of the mouth, in Hz. */
export type Formants = readonly [number, number, number];

export const NEUTRAL: Formants = [500, 1500, 2500];

export const VOWELS: Record<string, Formants> = {
  a: [760, 1280, 2500],
  e: [530, 1800, 2500],
  i: [300, 2250, 2950],
  o: [500, 880, 2450],
  u: [330, 850, 2300],
};
/** Consonants that sing: a murmur before or after the vowel. */
export const VOICED: Record<string, Formants> = {
  m: [260, 1000, 2200],
  n: [260, 1500, 2400],
  l: [360, 1250, 2600],
  r: [420, 1150, 1650],
  w: [300, 700, 2200],
  y: [280, 2200, 2900],
  v: [260, 1100, 2300],
  d: [240, 1600, 2600],
  b: [240, 800, 2200],
  g: [240, 1900, 2300],
  j: [250, 2000, 2700],
  z: [260, 1700, 2600],
};
/** Consonants that hiss or burst: how bright (0–1), how loud, how long in seconds. */
export const NOISES: Record<string, readonly [number, number, number]> = {
  s: [0.97, 0.16, 0.1],
  z: [0.95, 0.09, 0.07],
  f: [0.7, 0.07, 0.08],
  h: [0.3, 0.09, 0.06],
  c: [0.85, 0.16, 0.07],
  j: [0.85, 0.12, 0.05],
  t: [0.9, 0.2, 0.03],
  k: [0.6, 0.2, 0.035],
  d: [0.7, 0.12, 0.018],
  g: [0.5, 0.12, 0.02],
};
