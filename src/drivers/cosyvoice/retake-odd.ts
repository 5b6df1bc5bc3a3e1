import { AppError } from '../../errors.ts';
import { type Said, voicePace } from '../../speech/pace.ts';
import { wordSeconds } from '../../speech/word-seconds.ts';
import { excerpt } from './excerpt.ts';
import type { SoundFacts } from './measure-sound.ts';
import { type Oddity, oddityOf } from './judge-take.ts';
import { markRetaken, wasRetaken } from './sentence-files.ts';
import { MOST_TRIES } from './settings.ts';

/** The first recording of a sentence. */
export interface FirstTake {
  /** As sent. */
  text: string;
  /** For people: `sentence 3 of 20`. */
  name: string;
  /** The file of its sound. */
  file: string;
  facts: SoundFacts;
}

/** Another try at a sentence. */
export interface Retake {
  facts: SoundFacts;
  /** Replaces the stored sound with this one. */
  keep: () => Promise<void>;
}

interface Deps {
  /** The factor by which server and driver change the pace. */
  speed: number;
  /** The pace of the cloned recording; null if it cannot be used as a measure. */
  recording: Said | null;
  /** @param attempt a number that none of the first tries had. @returns undefined if no usable answer came. */
  askAgain: (index: number, attempt: number) => Promise<Retake | undefined>;
  onOdd: (take: FirstTake, oddity: Oddity) => void;
}

interface Odd {
  index: number;
  take: FirstTake;
  oddity: Oddity;
}

/**
 * Judges all sentences of a script together, because only all of them show how fast this voice speaks. Sentences that
 * are odd for the voice are requested again, and the best take is kept. A note next to the sound records this for later
 * attempts.
 * @returns a warning for each sentence that is still odd.
 */
export async function retakeOddSentences(takes: readonly FirstTake[], deps: Deps): Promise<string[]> {
  const facts = takes.map((take) => take.facts);
  const words = takes.map(({ text }) => wordSeconds(text));
  const saidAs = (index: number): Said[] => {
    const [one, sound] = [words[index], facts[index]];
    return one === undefined || sound === undefined ? [] : [{ words: one, seconds: sound.speech * deps.speed }];
  };
  const boundsNow = () =>
    voicePace(
      takes.flatMap((_, index) => saidAs(index)),
      deps.recording,
    );
  const isDone = new Set<number>();

  function oddOnes(): Odd[] {
    const boundsOf = boundsNow();
    return takes.flatMap((take, index) => {
      const oddity = oddityOf(
        facts[index] ?? take.facts,
        take.text,
        boundsOf(words[index]?.system ?? null),
        deps.speed,
      );
      return oddity === undefined ? [] : [{ index, take, oddity }];
    });
  }

  async function improve({ index, take, oddity }: Odd): Promise<void> {
    const bounds = boundsNow()(words[index]?.system ?? null);
    let best: { retake: Retake; degree: number } | undefined;
    for (let tries = 1; tries < MOST_TRIES && best?.degree !== 0; tries++) {
      const retake = await deps.askAgain(index, MOST_TRIES + tries);
      if (retake === undefined) continue;
      const degree = oddityOf(retake.facts, take.text, bounds, deps.speed)?.degree ?? 0;
      if (degree < (best?.degree ?? oddity.degree)) best = { retake, degree };
    }
    if (best !== undefined) {
      await best.retake.keep();
      facts[index] = best.retake.facts;
    }
    await markRetaken(take.file);
  }

  for (;;) {
    const odd = oddOnes();
    const open: Odd[] = [];
    for (const one of odd) {
      if (isDone.has(one.index)) continue;
      if (await wasRetaken(one.take.file)) isDone.add(one.index);
      else open.push(one);
    }
    // The oddest first: the others may only look odd in comparison with it.
    const [worst] = open.toSorted((a, b) => b.oddity.degree - a.oddity.degree);
    if (worst === undefined)
      return odd.map(
        ({ take, oddity }) =>
          `${take.name} (${excerpt(take.text)}) may be wrong: ${oddity.problem}. It was requested ${MOST_TRIES} times`,
      );
    deps.onOdd(worst.take, worst.oddity);
    await improve(worst);
    isDone.add(worst.index);
  }
}

/** Handles a further try that failed: rethrows errors that end the whole task, ignores others. */
export function unlessFatal(error: unknown): undefined {
  if (error instanceof AppError && error.entry.class === 'permanent') return undefined;
  throw error;
}
