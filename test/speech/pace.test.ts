import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paceProblem, type Said, voicePace } from '../../src/speech/pace.ts';
import { wordSeconds } from '../../src/speech/word-seconds.ts';

/** Sentences of every kind: long, short, in five ways of writing, with numbers, abbreviations, symbols and pauses. */
const SENTENCES = [
  'The old lighthouse keeper climbs the stairs every evening.',
  'Nobody in the village knows why he does that.',
  'Snow falls on the harbour while the boats are asleep.',
  'And here is the third.',
  'Yes.',
  'In 2024, about 35% of all 1,200 people said "no".',
  'NASA and the FBI met the CEO of IBM.',
  'Wait... I do not know — well, never mind.',
  'Write to anna@example.com before 12:30, please.',
  '今天天气很好，我们去公园吧！',
  '他们一起走到了海边，看着太阳慢慢落下去。',
  '他在2024年3月5日花了1,234元买了三本书。',
  '今日はとてもいい天気ですね、公園へ行きましょう。',
  '오늘은 날씨가 정말 좋네요, 우리 같이 공원에 가요.',
  'Сегодня очень хорошая погода, и мы идём в парк.',
  'I say 你好 and she says こんにちは to all of them.',
];
const natural = fc.double({ min: 0.6, max: 1.4, noNaN: true });
/** How long a voice of the pace 1 takes for a text: numbers and the like may be read in several ways. */
const takes = (text: string, reading: number): number => {
  const { least, usual, most } = wordSeconds(text);
  return most > 1.3 * usual ? least + reading * (most - least) : usual;
};
const problemsOf = (sentences: readonly Said[], recording: Said | null = null) => {
  const boundsOf = voicePace(sentences, recording);
  return sentences.map((said) => paceProblem(said, boundsOf(said.words.system))?.kind);
};
const said = (text: string, pace: number): Said => ({
  words: wordSeconds(text),
  seconds: wordSeconds(text).usual * pace,
});

test('A voice of any pace whose sentences vary by ±40 % is never found odd.', () => {
  const sentence = fc.record({
    text: fc.constantFrom(...SENTENCES.slice(0, 4)),
    factor: natural,
  });
  fc.assert(
    fc.property(
      fc.array(sentence, { minLength: 2, maxLength: 40 }),
      fc.double({ min: 0.35, max: 3, noNaN: true }),
      (sentences, pace) => {
        const spoken = sentences.map(({ text, factor }) => said(text, pace * factor));
        expect(problemsOf(spoken).filter(Boolean)).toEqual([]);
      },
    ),
    { numRuns: 2000 },
  );
});

test('Scripts that mix languages, numbers and single words are not found odd at usual paces.', () => {
  const sentence = fc.record({
    text: fc.constantFrom(...SENTENCES),
    factor: natural,
    reading: fc.double({ min: 0.3, max: 0.8, noNaN: true }),
  });
  fc.assert(
    fc.property(
      fc.array(sentence, { minLength: 1, maxLength: 40 }),
      fc.double({ min: 0.8, max: 1.4, noNaN: true }),
      (sentences, pace) => {
        const spoken = sentences.map(({ text, factor, reading }) => ({
          words: wordSeconds(text),
          seconds: takes(text, reading) * pace * factor,
        }));
        expect(problemsOf(spoken).filter(Boolean)).toEqual([]);
      },
    ),
    { numRuns: 2000 },
  );
});

test('A sentence that lost 60 % of its words is found anywhere, whatever the pace of the voice.', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...SENTENCES.slice(0, 4)), { minLength: 4, maxLength: 30 }),
      fc.nat(),
      fc.double({ min: 0.5, max: 2, noNaN: true }),
      (texts, place, pace) => {
        const struck = place % texts.length;
        const spoken = texts.map((text, index) => said(text, pace * (index === struck ? 0.4 : 1 - (index % 3) / 30)));
        const expected = texts.map((_, index) => (index === struck ? 'too short' : undefined));
        expect(problemsOf(spoken)).toEqual(expected);
      },
    ),
  );
});

test('A sentence with 8 to 12 s of noise behind words of 4 s is found, a single word with it, too.', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('Yes.', '好的。', ...SENTENCES.slice(0, 4)),
      fc.double({ min: 0.7, max: 1.4, noNaN: true }),
      fc.double({ min: 8, max: 12, noNaN: true }),
      (text, pace, noise) => {
        const others = SENTENCES.slice(0, 4).map((one) => said(one, pace));
        const struck = said(text, pace);
        const problems = problemsOf([{ ...struck, seconds: struck.seconds + noise }, ...others]);
        expect(problems).toEqual(['too long', undefined, undefined, undefined, undefined]);
      },
    ),
  );
});

const ONE = 'Snow falls on the harbour while the boats are asleep.';
const recordedAt = (pace: number): Said => said('This is how I sound when I tell you a story.', pace);

test.each([
  [1, null, undefined],
  [0.65, null, undefined],
  [1.8, null, undefined],
  [0.4, null, 'too short'],
  [3, null, 'too long'],
  [0.4, recordedAt(1), 'too short'],
  // A fast voice, by its recording, and a slow one.
  [0.4, recordedAt(0.55), undefined],
  [2.6, recordedAt(1.8), undefined],
  [0.6, recordedAt(1.8), 'too short'],
  // A recording that is not what its transcript says.
  [1, recordedAt(9), undefined],
])('A script of one sentence at pace %d, with a recording: %j', (pace, recording, problem) => {
  expect(problemsOf([said(ONE, pace)], recording)).toEqual([problem]);
});

test('A single sentence of a language whose letters tell little of its length is judged with more room.', () => {
  const other = ['नमस्ते, आज मौसम बहुत अच्छा है और हम पार्क जा रहे हैं।', 'วันนี้อากาศดีมากเราไปสวนสาธารณะกันเถอะ'];
  for (const text of other) {
    expect(problemsOf([said(text, 2.8)])).toEqual([undefined]);
    expect(problemsOf([said(text, 6)])).toEqual(['too long']);
  }
});

test('Two sentences that agree set the pace; of two that do not, the one nearer to the usual pace.', () => {
  expect(problemsOf([said(ONE, 0.36), said(ONE, 0.4)])).toEqual([undefined, undefined]);
  expect(problemsOf([said(ONE, 0.4), said(ONE, 1)])).toEqual(['too short', undefined]);
});
