import { samplesIn, secondsOf, type Sound } from './sound.ts';

/** What can be measured in a sound without understanding it, in seconds. */
export interface SoundFacts {
  whole: number;
  /** Without the silence in it, gaps between words included. */
  speech: number;
  /** The longest time of silence, at the ends or inside. */
  silence: number;
  /** The longest time of what no voice does: hiss, or a level that stays the same behind one that does not. */
  noise: number;
}

const FRAMES_PER_SECOND = 50;
/** Below full scale, and below the loudest of the sound: the quieter of the two is heard between words. */
const [SILENT_DB, BELOW_LOUDEST_DB] = [-50, -35];
/** Shorter gaps belong to the words: stops, the end of a word. */
const LONGEST_GAP_SECONDS = 0.2;
/** A sound that crosses zero more often than one of so many Hz is hiss. An s is, too, but not for long. */
const HISS_HZ = 3000;
const LONGEST_HISS_GAP_SECONDS = 0.1;
const SHORTEST_NOISE_SECONDS = 2;
/** A level that stays within this factor both ways is that of a machine. */
const STEADY = 1.6;
/** How much the level of a voice varies at least: by its standard deviation, in parts of the mean. */
const LEAST_VARIATION = 0.35;
const SHORTEST_VOICE_SECONDS = 0.3;

interface Frames {
  levels: Float64Array;
  /** Half the crossings of zero in a second. */
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

/** The lengths of runs of what is wanted, in frames; gaps of at most `bridged` frames belong to a run. */
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

/** The frames at the end, silence behind them aside, whose level stays the same, where that before them does not. */
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
  // What hisses from end to end may be whispered; beside a voice it is noise.
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
