import type { WordSeconds, WritingSystem } from './word-seconds.ts';

/** Words and the time in seconds that a voice took for them, without silence. */
export interface Said {
  words: WordSeconds;
  seconds: number;
}

/** The range of a voice's pace, as shares of the ordinary time for the words. */
export interface PaceBounds {
  least: number;
  usual: number;
  most: number;
}

/**
 * The paces of one voice's sentences naturally differ by ±40 %: the slowest may take 1.4 / 0.6 of the time of the
 * fastest.
 */
const NATURAL = 1.4 / 0.6 + 1e-9;
/**
 * The bounds as shares of the usual pace of a voice. Outside them, half of the words are lost, or about as many are
 * added.
 */
const [SHORTEST, LONGEST] = [0.5, 1.9];
/** A text that is too short or ambiguous to read says nothing about a pace. */
const SHORTEST_EVIDENCE_SECONDS = 1.2;
const CLEAREST_EVIDENCE = 1.35;
/** Recordings that do not match their transcript are of no use as a measure. */
const [FASTEST_RECORDING, SLOWEST_RECORDING] = [0.5, 2];
const SHORTEST_RECORDING_SECONDS = 2;

const SLOWEST_MEASURE = 2;

interface Evidence {
  pace: number;
  weight: number;
  isSentence: boolean;
}

const tellsPace = ({ words: { least, usual, most, system } }: Said): boolean =>
  system !== null && usual >= SHORTEST_EVIDENCE_SECONDS && most <= CLEAREST_EVIDENCE * least;

const other = (pace: number): Evidence => ({ pace, weight: 0.5, isSentence: false });

const paceOf = ({ words, seconds }: Said): number => seconds / words.usual;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? 1) + (sorted[sorted.length >> 1] ?? 1)) / 2;
}

/**
 * The largest part of the evidence whose paces are close enough to be one voice. If two parts have the same weight, the
 * one with more sentences counts: sentences that agree show the voice, even against the expectation.
 */
function consensus(evidence: readonly Evidence[]): Evidence[] {
  const sorted = evidence.toSorted((a, b) => a.pace - b.pace);
  let [best, bestWeight, bestSentences] = [[0, 0], -1, -1];
  let [from, weight, sentences] = [0, 0, 0];
  const count = ({ weight: one, isSentence }: Evidence, sign: 1 | -1): void => {
    weight += sign * one;
    sentences += isSentence ? sign : 0;
  };
  for (const [to, last] of sorted.entries()) {
    count(last, 1);
    for (let first = sorted[from]; first !== undefined && last.pace > first.pace * NATURAL; first = sorted[++from])
      count(first, -1);
    const isHeavier = weight > bestWeight + 1e-9;
    if (isHeavier || (weight > bestWeight - 1e-9 && sentences > bestSentences))
      [best, bestWeight, bestSentences] = [[from, to + 1], weight, sentences];
  }
  return sorted.slice(...best);
}

function boundsFrom(evidence: readonly Evidence[]): PaceBounds {
  const agreed = consensus(evidence);
  const paces = agreed.map(({ pace }) => pace);
  const sentences = agreed.filter(({ isSentence }) => isSentence).map(({ pace }) => pace);
  const usual = median(sentences.length >= 3 ? sentences : paces);
  return {
    usual,
    least: Math.min(Math.max(...paces) / NATURAL, usual * SHORTEST),
    most: Math.max(Math.min(...paces) * NATURAL, usual * LONGEST),
  };
}

const widened = (a: PaceBounds, b: PaceBounds): PaceBounds => ({
  usual: a.usual,
  least: Math.min(a.least, b.least),
  most: Math.max(a.most, b.most),
});

/**
 * The pace of a voice, measured from all its sentences in one task. A sentence outside these bounds lost words or
 * continues after them. Sentences that vary by ±40 % are inside, however fast or slow the voice is.
 * @param recording the reference recording with its transcript; null if it cannot be used as a measure
 * @returns the bounds for each writing system, because the time per character differs between them. Null is for
 * mixtures.
 */
export function voicePace(
  sentences: readonly Said[],
  recording: Said | null,
): (system: WritingSystem | null) => PaceBounds {
  const bySystem = new Map<WritingSystem, Said[]>();
  for (const said of sentences) {
    const { system } = said.words;
    if (system === null || !tellsPace(said)) continue;
    const known = bySystem.get(system);
    if (known === undefined) bySystem.set(system, [said]);
    else known.push(said);
  }
  const medians = [...bySystem].map(([system, said]) => ({ system, said, pace: median(said.map(paceOf)) }));
  const isMeasure =
    recording !== null &&
    recording.words.usual >= SHORTEST_RECORDING_SECONDS &&
    paceOf(recording) >= FASTEST_RECORDING &&
    paceOf(recording) <= SLOWEST_RECORDING;

  const boundsOf = (system: WritingSystem): PaceBounds => {
    const said = bySystem.get(system) ?? [];
    // The expected pace weighs less than any two sentences that agree, and more than a single one.
    const expected = isMeasure && recording.words.system === system ? [other(1), other(paceOf(recording))] : [other(1)];
    const weight = said.length === 1 ? 0.4 : 1;
    const bounds = boundsFrom([...expected, ...said.map((one) => ({ pace: paceOf(one), weight, isSentence: true }))]);
    // The measure is uncertain for scripts that omit vowels or use marks as words.
    if (system === 'other' && said.length < 2) return widened(bounds, boundsFrom([other(SLOWEST_MEASURE)]));
    // A single sentence may be as fast or slow as the sentences in another system.
    const [elsewhere] = said.length < 2 ? medians.filter((one) => one.system !== system && one.said.length > 1) : [];
    return elsewhere === undefined ? bounds : widened(bounds, boundsFrom([other(elsewhere.pace)]));
  };
  const known = new Map<WritingSystem, PaceBounds>();
  const remembered = (system: WritingSystem): PaceBounds => {
    const bounds = known.get(system) ?? boundsOf(system);
    known.set(system, bounds);
    return bounds;
  };
  return (system) => {
    if (system !== null) return remembered(system);
    const all = [...bySystem.keys()].map(remembered);
    const [first = remembered('other'), ...rest] = all;
    return rest.reduce(widened, first);
  };
}

/** The tolerance for any sentence, which may be quicker or slower by nature. */
const SLACK_SECONDS = 0.5;
/** The tolerance for a single word, which may be drawn out or hardly audible. */
const SLACK_OF_SHORT_ONES = 1.5;
const SHORT_SECONDS = 1.2;

/**
 * The problem with the pace of a sentence; undefined if there is none. `expected`: seconds of speech that its words
 * usually take.
 */
export function paceProblem(
  said: Said,
  bounds: PaceBounds,
): { kind: 'too short' | 'too long'; expected: number } | undefined {
  const { words, seconds } = said;
  const isClear = tellsPace(said);
  const slack = words.usual < SHORT_SECONDS ? SLACK_OF_SHORT_ONES : SLACK_SECONDS;
  const expected = words.usual * bounds.usual;
  const least = isClear ? words.usual * bounds.least : words.least * bounds.least - SLACK_SECONDS / 2;
  if (seconds < least) return { kind: 'too short', expected };
  return seconds > words.most * bounds.most + slack ? { kind: 'too long', expected } : undefined;
}
