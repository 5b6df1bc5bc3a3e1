import { samplesIn, secondsOf, type Sound } from './sound.ts';

/** Measurements of a sound that need no recognition of words, in seconds. */
export interface SoundFacts {
  whole: number;
  /** The time of speech: without silence, but with the gaps between words. */
  speech: number;
  /** The longest time of silence, at the ends or inside. */
  silence: number;
  /** The longest time of a sound that no voice makes: hiss, or a constant level after a varying one. */
  noise: number;
}

const FRAMES_PER_SECOND = 50;
/**
 * The thresholds of silence: below full scale, and below the loudest part. The quieter of the two is the level between
 * words.
 */
const [SILENT_DB, BELOW_LOUDEST_DB] = [-50, -35];
/** Shorter gaps are parts of words, such as stops. */
const LONGEST_GAP_SECONDS = 0.2;
/** A sound that crosses zero more often than a tone of this frequency is hiss. An s is hiss too, but a short one. */
const HISS_HZ = 3000;
const LONGEST_HISS_GAP_SECONDS = 0.1;
const SHORTEST_NOISE_SECONDS = 2;
/** A level that stays within this factor in both directions comes from a machine. */
const STEADY = 1.6;
/** The least variation of a voice's level: the standard deviation as a share of the mean. */
const LEAST_VARIATION = 0.35;
const SHORTEST_VOICE_SECONDS = 0.3;

interface Frames {
  levels: Float64Array;
  /** Half the zero crossings per second. */
  hertz: Float64Array;
}

function framesOf(sound: Sound): Frames {
  const count = samplesIn(sound);
  const width = Math.max(1, Math.round(sound.sampleRate / FRAMES_PER_SECOND));
  const frames = Math.ceil(count / width);
  const levels = new Float64Array(frames);
  const hertz = new Float64Array(frames);
  let before = 0;
  for (let frame = 0; frame < frames; frame++) {
    const [from, to] = [frame * width, Math.min(count, (frame + 1) * width)];
    let [energy, crossings] = [0, 0];
    for (let at = from; at < to; at++) {
      const sample = sound.samples.readInt16LE(at * 2);
      energy += sample * sample;
      if (sample < 0 !== before < 0) crossings++;
      before = sample;
    }
    levels[frame] = Math.sqrt(energy / (to - from)) / 32_768;
    hertz[frame] = (crossings * sound.sampleRate) / (to - from) / 2;
  }
  return { levels, hertz };
}

const ratioOf = (decibels: number): number => 10 ** (decibels / 20);

/** The lengths in frames of runs of wanted frames; gaps of at most `bridged` frames belong to a run. */
function runsOf(length: number, wanted: (frame: number) => boolean, bridged: number): number[] {
  const runs: number[] = [];
  let [run, gap] = [0, 0];
  for (let frame = 0; frame < length; frame++) {
    if (wanted(frame)) {
      run += run === 0 ? 1 : gap + 1;
      gap = 0;
    } else if (run > 0 && ++gap > bridged) {
      runs.push(run);
      run = 0;
      gap = 0;
    }
  }
  return run > 0 ? [...runs, run] : runs;
}

function variation(levels: Float64Array): number {
  const mean = levels.reduce((sum, one) => sum + one, 0) / levels.length;
  const variance = levels.reduce((sum, one) => sum + (one - mean) ** 2, 0) / levels.length;
  return mean === 0 ? 0 : Math.sqrt(variance) / mean;
}

/** The number of frames at the end, before any final silence, with a constant level after a varying one. */
function steadyTail(levels: Float64Array, quiet: number): number {
  const end = levels.findLastIndex((level) => level > quiet) + 1;
  let [from, sum] = [end, 0];
  for (; from > 0; from--) {
    const level = levels[from - 1] ?? 0;
    const mean = end === from ? level : sum / (end - from);
    if (level <= quiet || level > mean * STEADY || level < mean / STEADY) break;
    sum += level;
  }
  const voice = levels.subarray(0, from);
  const isBehindVoice = voice.length >= SHORTEST_VOICE_SECONDS * FRAMES_PER_SECOND;
  return isBehindVoice && variation(voice) >= LEAST_VARIATION ? end - from : 0;
}

export function measureSound(sound: Sound): SoundFacts {
  const { levels, hertz } = framesOf(sound);
  const loudest = levels.reduce((most, level) => Math.max(most, level), 0);
  const quiet = Math.max(ratioOf(SILENT_DB), loudest * ratioOf(BELOW_LOUDEST_DB));
  const isSilent = (frame: number): boolean => (levels[frame] ?? 0) <= quiet;
  const inFrames = (seconds: number): number => Math.round(seconds * FRAMES_PER_SECOND);
  const { length } = levels;
  const words = runsOf(length, (frame) => !isSilent(frame), inFrames(LONGEST_GAP_SECONDS));
  const silences = runsOf(length, isSilent, 0);
  const isHiss = (frame: number): boolean => !isSilent(frame) && (hertz[frame] ?? 0) > HISS_HZ;
  const hisses = runsOf(length, isHiss, inFrames(LONGEST_HISS_GAP_SECONDS));
  // A sentence that hisses from end to end may be a whisper; next to a voice, hiss is noise.
  const voiced = levels.reduce((sum, _, frame) => sum + (isSilent(frame) || isHiss(frame) ? 0 : 1), 0);
  const hiss = voiced >= inFrames(SHORTEST_VOICE_SECONDS) ? hisses : [];
  const noise = Math.max(0, ...hiss, steadyTail(levels, quiet)) / FRAMES_PER_SECOND;
  return {
    whole: secondsOf(sound),
    speech: words.reduce((sum, run) => sum + run, 0) / FRAMES_PER_SECOND,
    silence: silences.reduce((most, run) => Math.max(most, run), 0) / FRAMES_PER_SECOND,
    noise: noise >= SHORTEST_NOISE_SECONDS ? noise : 0,
  };
}
