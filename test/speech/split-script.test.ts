import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CONTROL_MARKS, estimateSeconds } from '../../src/speech/estimate.ts';
import { LONGEST_SECONDS, splitScript, splitScriptInTurns } from '../../src/speech/split-script.ts';
import { sentencesOf } from '../../src/speech/sentences.ts';

const split = (script: string, language: string | null = null): string[] =>
  splitScript(script, language).map(({ raw }) => raw.trim());

test.each([
  [
    'abbreviations, amounts and initials',
    'Mr. J. K. Smith paid $3.14 on Jan. 5. He was in the U.S. Army, e.g. as a cook.',
    ['Mr. J. K. Smith paid $3.14 on Jan. 5.', 'He was in the U.S. Army, e.g. as a cook.'],
  ],
  [
    'addresses and decimals',
    'Visit https://example.com/a.b?c=d for version 2.5.1 today. It costs 1,000,000 dollars!',
    ['Visit https://example.com/a.b?c=d for version 2.5.1 today.', 'It costs 1,000,000 dollars!'],
  ],
  [
    'quotes in English',
    'She shouted: "Do not touch that!" Then she went home. “Is it so late?” asked the old man.',
    ['She shouted: "Do not touch that!"', 'Then she went home.', '“Is it so late?” asked the old man.'],
  ],
  [
    'quotes in Chinese',
    '今天天气很好，我们去公园吧！“你好，小明。”他说。然后他们一起走了。',
    ['今天天气很好，我们去公园吧！', '“你好，小明。”他说。', '然后他们一起走了。'],
  ],
  [
    'quotes in Japanese',
    '今日はとてもいい天気ですね。「公園へ行きましょう！」と彼は言った。東京は大きい街です。',
    ['今日はとてもいい天気ですね。', '「公園へ行きましょう！」と彼は言った。', '東京は大きい街です。'],
  ],
  [
    'Korean',
    '안녕하세요, 여러분. 저는 김철수입니다. 오늘은 날씨가 정말 좋네요!',
    ['안녕하세요, 여러분.', '저는 김철수입니다.', '오늘은 날씨가 정말 좋네요!'],
  ],
  [
    'lists, wrapped lines and paragraphs',
    '1. First we cook the rice\n2. Then we eat all of it\n\nThis line is wrapped\nat the end. Good\n\nA new paragraph',
    [
      '1. First we cook the rice',
      '2. Then we eat all of it',
      'This line is wrapped\nat the end. Good',
      'A new paragraph',
    ],
  ],
  [
    'pictures and bare marks',
    'What was that?! 👋👋 ... I do not know… !!',
    ['What was that?! 👋👋 ...', 'I do not know… !!'],
  ],
])('A script is split into sentences: %s.', (_case, script, sentences) => {
  expect(split(script)).toEqual(sentences);
});

test('Ordinal numbers end no sentence in languages that write them with a full stop.', () => {
  expect(split('Am 3. Oktober feiern wir z.B. die Einheit. Das ist Dr. Müller aus Bonn.', 'de')).toHaveLength(2);
});

test('Very short sentences are joined to the next one, the last to the one before, paragraphs stay apart.', () => {
  expect(split('No. Yes. I think that this is right. Or?')).toEqual(['No. Yes. I think that this is right. Or?']);
  expect(split('A long enough sentence.\n\nYes.\n\nAnother long enough sentence.')).toHaveLength(3);
});

test('A sentence that is too long is cut at its clauses, and says where it goes on.', () => {
  const segments = splitScript(`${'这是一个非常非常长的句子，'.repeat(12)}结束了。`, null);
  expect(segments.length).toBeGreaterThan(2);
  expect(segments.slice(0, -1).every(({ raw, endsSentence }) => raw.endsWith('，') && !endsSentence)).toBe(true);
  expect(segments.at(-1)?.endsSentence).toBe(true);
});

test('Control marks are neither cut nor counted.', () => {
  const script = `${'<strong>very</strong> [laughter] '.repeat(80)}end.`;
  const segments = splitScript(script, null);
  expect(segments.length).toBeGreaterThan(1);
  expect(segments.flatMap(({ raw }) => raw.match(CONTROL_MARKS) ?? [])).toHaveLength(240);
  expect(
    segments.every(({ raw }) => (raw.match(/<strong>/g) ?? []).length === (raw.match(/<\/strong>/g) ?? []).length),
  ).toBe(true);
});

const WORDS = [
  'the',
  'cat',
  'Dr.',
  'No. 7',
  '3.14',
  'U.S.',
  'z.B.',
  '你好',
  '世界',
  'こんにちは',
  '「はい」',
  '안녕',
  '"Stop!"',
  '“好。”',
  '👋',
  '[laughter]',
  '<strong>so</strong>',
];
const MARKS = ['. ', '。', '! ', '？', ', ', '，', ' ', '', '\n', '\n\n', '…', '; ', '”', '（', '"', ' — '];
const script = fc
  .array(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(...MARKS)), { maxLength: 120 })
  .map((parts) => parts.flat().join(''));
const anything = fc.oneof(
  script,
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

test('Nothing is lost and nothing added, whatever the script: the segments joined are the script.', () => {
  fc.assert(
    fc.property(anything, fc.constantFrom('en', 'zh', 'ja', 'de', null), (text, language) => {
      const joined = splitScript(text, language)
        .map(({ raw }) => raw)
        .join('');
      expect(joined).toBe(/[\p{L}\p{N}]/u.test(text) ? text : '');
    }),
    { numRuns: 500 },
  );
});

test('Every segment has something to speak, and none is longer than one generation can carry.', () => {
  fc.assert(
    fc.property(script, (text) => {
      for (const { raw } of splitScript(text, null)) {
        expect(raw).toMatch(/[\p{L}\p{N}]/u);
        expect(estimateSeconds(raw)).toBeLessThanOrEqual(LONGEST_SECONDS + 1);
      }
    }),
    { numRuns: 300 },
  );
});

test('A script that is split in turns has the same segments, and others have their turns meanwhile.', async () => {
  await fc.assert(
    fc.asyncProperty(script, async (text) => {
      expect(await splitScriptInTurns(text, null)).toEqual(splitScript(text, null));
    }),
  );
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await splitScriptInTurns('语'.repeat(100_000), 'zh');
  isOver = true;
  expect(turns).toBeGreaterThan(1);
});

test('A word that never ends is cut between characters.', () => {
  const segments = split('a'.repeat(1000));
  expect(segments.join('')).toBe('a'.repeat(1000));
  expect(segments.every((part) => estimateSeconds(part) <= LONGEST_SECONDS)).toBe(true);
});

test('Emoji after the end of a sentence stay with it, unless a line break is between.', () => {
  expect(sentencesOf('It rains. 🌧️ We stay in. 👩🏽‍🚀🇩🇪\n🌞 Then the sun comes.', 'en')).toEqual([
    'It rains. 🌧️ ',
    'We stay in. 👩🏽‍🚀🇩🇪\n',
    '🌞 Then the sun comes.',
  ]);
});

test('Long scripts are split in a time that grows with their length, also those that are no language.', () => {
  for (const part of ['This is a sentence, and it goes on. ', 'Mr. ', 'a\n', '“', '很，', '<strong>']) {
    const text = `${part.repeat(Math.ceil(20_000 / part.length))}a`;
    expect(
      splitScript(text, null)
        .map(({ raw }) => raw)
        .join(''),
    ).toBe(text);
  }
});

/** 100,000 characters of one kind are split within this on a busy machine; what grows with the square of them takes minutes. */
const GENEROUS_MS = 60_000;
const HUNDRED_THOUSAND: [string, string][] = [
  ['ideographs', '汉'],
  ['ideographs in sentences', '汉字汉字汉。'],
  ['ideographs with commas', '汉字汉字汉，'],
  ['one letter', 'a'],
  ['capitals', 'A'],
  ['digits', '1'],
  ['kana', 'あ'],
  ['Hangul', '가'],
  ['Thai', 'ก'],
  ['Khmer', 'ក'],
  ['spaces', ' '],
  ['two kinds of blanks', ' \t'],
  ['line breaks', '\n'],
  ['line breaks of Windows', '\r\n'],
  ['emoji', '😀'],
  ['emoji of several parts', '👩🏽‍🚀'],
  ['flags', '🇩🇪'],
  ['combining marks', '\u0301'],
  ['letters with combining marks', 'a\u0301'],
  ['joiners', '\u200D'],
  ['lone halves of characters', '\uD83D'],
  ['full stops', '.'],
  ['letters with full stops', 'a.'],
  ['quotes', '"'],
  ['letters with quotes', 'x"'],
  ['closing quotes', 'a.”'],
  ['angle brackets', '<'],
  ['open marks', '<strong>a '],
  ['closed marks', '<strong>a</strong>'],
  ['square brackets', '[a'],
  ['bars', '<|'],
  ['dashes', ' - '],
  ['numbers in a row', '1,'],
  ['abbreviations', 'Mr. '],
  ['wrapped lines', 'ab\n'],
];

test.each(HUNDRED_THOUSAND)('100,000 characters of %s are split at once.', (_case, part) => {
  const text = `a${part.repeat(Math.ceil(100_000 / part.length))}a`;
  const began = performance.now();
  const segments = splitScript(text, null);
  expect(performance.now() - began).toBeLessThan(GENEROUS_MS);
  expect(segments.map(({ raw }) => raw).join('')).toBe(text);
});
