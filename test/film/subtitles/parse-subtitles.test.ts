import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSubtitles, SubtitleSyntaxError } from '../../../src/film/subtitles/parse-subtitles.ts';
import { readCues } from '../../../src/film/subtitles/read-cues.ts';
import { spreadWords } from '../../../src/film/subtitles/spread-words.ts';

const linesOf = (content: string) =>
  parseSubtitles(content).cues.map(({ text, startMs, endMs }) => `${startMs}–${endMs} ${text}`);
const warningsOf = (content: string) => readCues(content, 30).warnings;

test('SRT is read with its numbers, its commas and more than one line of text.', () => {
  const srt = '1\n00:00:01,000 --> 00:00:02,500\nHello\nthere\n\n2\n01:00:00,040 --> 01:00:01,000\nBye\n';
  expect(linesOf(srt)).toEqual(['1000–2500 Hello\nthere', '3600040–3601000 Bye']);
});

test('A byte order mark, Windows line ends, missing numbers, points and missing blank lines do no harm.', () => {
  const srt = '\uFEFF00:00:01.000 --> 00:00:02.500\r\nHello\r\n2\r\n00:00:03,5 --> 00:00:04,000\r\n42\r\n\r\n';
  expect(linesOf(srt)).toEqual(['1000–2500 Hello', '3500–4000 42']);
});

test('VTT is read with its header, notes, styles, names, settings and short times.', () => {
  const vtt = `WEBVTT - a film
Kind: captions

NOTE
this --> is no time

STYLE
::cue { color: red }

intro
00:01.000 --> 00:02.000 align:start position:10%
<v Anna>Salt &amp; <c.loud>pepper</c></v>

00:02.000 --> 00:03.000

00:03.000 --> 00:04.000
Bye`;
  expect(linesOf(vtt)).toEqual(['1000–2000 Salt & pepper', '3000–4000 Bye']);
});

test('Times inside a line are those of its words.', () => {
  const { cues } = parseSubtitles('WEBVTT\n\n00:01.000 --> 00:03.000\nOne <00:01.500><c>two</c> <00:02.000>three');
  expect(cues[0]).toMatchObject({
    text: 'One two three',
    words: [
      { text: 'One', startMs: 1000, endMs: 1500 },
      { text: 'two', startMs: 1500, endMs: 2000 },
      { text: 'three', startMs: 2000, endMs: 3000 },
    ],
  });
});

test.each([
  ['', 'no subtitle was found'],
  ['1\n\nHello', 'expected a time'],
  ['1\n00:00:01,000 --> 00:00:02,000\n\n', 'no subtitle was found'],
  ['{"segments": []}', 'expected a time'],
])('%j holds no subtitle and is refused.', (content, message) => {
  expect(() => parseSubtitles(content)).toThrow(SubtitleSyntaxError);
  expect(() => parseSubtitles(content)).toThrow(new RegExp(`^line 1: .*${message}`));
});

test.each([
  ['a fraction of 1000', '00:00:01,1000 --> 00:00:03,000', '2000–3000 Hi'],
  ['a fraction of six digits', '00:00:01.250400 --> 00:00:03.000000', '1250–3000 Hi'],
  ['60 seconds', '00:00:60,000 --> 00:01:61,500', '60000–121500 Hi'],
  ['60 minutes and more', '00:60:00,000 --> 00:75:00,000', '3600000–4500000 Hi'],
  ['a colon before the fraction', '00:00:01:500 --> 00:00:02:500', '1500–2500 Hi'],
  ['blanks inside the times', '00:00:01, 500 --> 00: 00:02,500', '1500–2500 Hi'],
  ['full-width marks', '００：００：０１，５００ --> ００：００：０２，５００', '1500–2500 Hi'],
  ['another arrow', '00:00:01,500 -> 00:00:02,500', '1500–2500 Hi'],
  ['a dash in the arrow', '00:00:01,500 –> 00:00:02,500', '1500–2500 Hi'],
  ['a time below zero', '-00:00:01,500 --> 00:00:02,500', '0–2500 Hi'],
])('A time with %s is read as it was meant.', (_what, timing, expected) => {
  expect(linesOf(`1\n${timing}\nHi\n\n`)).toEqual([expected]);
});

test('Odd times are reported with the first line and the number of others.', () => {
  const srt = '1\n00:00:59,1000 --> 00:01:02,000\nA\n\n2\n00:00:63,000 --> 00:01:04,000\nB';
  expect(warningsOf(srt)).toEqual(['line 2 and 1 more: each has an unusual time format; the intended time was used']);
});

test('A cue whose end is missing or before its start is shown until the next one, at most three seconds.', () => {
  const srt =
    '1\n00:00:02,000 --> 00:00:01,000\nA\n\n2\n00:00:03,000 --> later\nB\n\n3\n00:00:20,000 --> 00:00:20,000\nC';
  expect(linesOf(srt)).toEqual(['2000–3000 A', '3000–6000 B', '20000–23000 C']);
  expect(warningsOf(srt)).toEqual([
    'line 2 and 2 more: each has no end after its start; it is shown until the next one, at most 3 s',
  ]);
});

test('A cue whose start cannot be read is left out, with a warning that names its line.', () => {
  const srt = '1\nsoon --> 00:00:02,000\nA\n\n2\n00:00:03,000 --> 00:00:04,000\nB';
  expect(linesOf(srt)).toEqual(['3000–4000 B']);
  expect(warningsOf(srt)).toEqual(['line 2 has no readable start and was left out']);
});

test('One odd cue of 900 never refuses a film.', () => {
  const time = (second: number) => new Date(second * 1000).toISOString().slice(11, 19);
  const odd = [
    'x --> y',
    '99:99:99:99 --> 0',
    '00:00:01,000 --> 00:00:00,000',
    '-->',
    '00:00:01,1000 --> 00:00:02,000',
  ];
  for (const timing of odd) {
    const cues = Array.from({ length: 900 }, (_, at) => `${at + 1}\n${time(at)},000 --> ${time(at)},900\nLine ${at}\n`);
    cues[450] = `451\n${timing}\nOdd\n`;
    expect(readCues(cues.join('\n'), 30).subtitles.length).toBeGreaterThanOrEqual(899);
  }
});

test('Two carriage returns before a line feed are one line end.', () => {
  const srt =
    '1\r\r\n00:00:01,000 --> 00:00:02,000\r\r\nHello\r\r\nthere\r\r\n\r\r\n2\r\r\n00:00:03,000 --> 00:00:04,000\r\r\nBye';
  expect(linesOf(srt)).toEqual(['1000–2000 Hello\nthere', '3000–4000 Bye']);
});

test('A blank line inside a cue loses nothing and is told.', () => {
  const srt = '1\n00:00:01,000 --> 00:00:02,000\nHello\n\nthere\n\n2\n00:00:03,000 --> 00:00:04,000\nBye';
  expect(linesOf(srt)).toEqual(['1000–2000 Hello\nthere', '3000–4000 Bye']);
  expect(warningsOf(srt)).toEqual(['line 2 contains a blank line; its text was kept together']);
});

test('VTT without blank lines between header and cues keeps every text.', () => {
  expect(linesOf('WEBVTT\n00:01.000 --> 00:02.000\nA\n00:02.000 --> 00:03.000\nB')).toEqual([
    '1000–2000 A',
    '2000–3000 B',
  ]);
});

test('An arrow in a text is text.', () => {
  expect(linesOf('00:01.000 --> 00:02.000\na --> b\nx -> y')).toEqual(['1000–2000 a --> b\nx -> y']);
});

test.each([
  ['Map<String> and MyValue<String>', 'Map<String> and MyValue<String>'],
  ['if a<b and c>d', 'if a<b and c>d'],
  ['if a<v and c>d', 'if a<v and c>d'],
  ['Box<I>, Optional<V> and Set<S>', 'Box<I>, Optional<V> and Set<S>'],
  ['un<i>be</i>lievable, <i>all of it', 'unbelievable, all of it'],
  ['C:\\New\\Notes, at last\\NNew', 'C:\\New\\Notes, at last\nNew'],
  ['x <= y, y >= z, <3', 'x <= y, y >= z, <3'],
  ['<div>kept</div>', '<div>kept</div>'],
  ['<I>it</I> <b>is</b> <u>so</u> <s>bold</s>', 'it is so bold'],
  ['<font color="#ff0000">red</font> {\\an8}top', 'red top'],
  ['<v.loud Mary Ann>Hi</v> <c.yellow.bg_black>all</c>', 'Hi all'],
  ['<lang en>Yes</lang> <ruby>漢<rt>kan</rt></ruby>', 'Yes 漢kan'],
  ['one<br>two<br/>three\\Nfour', 'one\ntwo\nthree\nfour'],
  ['&lt;b&gt; &amp; AT&T &#39;x&#39; &hellip;', "<b> & AT&T 'x' …"],
  ['<00:00:01.500>timed', 'timed'],
  ['bell\u0007and \u0000nul', 'bell and  nul'],
])('Of %j only the tags that SRT and VTT know are taken out.', (text, expected) => {
  expect(linesOf(`00:01.000 --> 00:02.000\n${text}`)).toEqual([`1000–2000 ${expected}`]);
});

test('A megabyte of open brackets, stamps, blanks or carriage returns is read at once.', () => {
  for (const piece of [
    '<',
    '<b',
    '<v ',
    '<font ',
    '{\\',
    '<00:00:01.000',
    '&',
    ' ',
    '\r',
    '-->',
    '--',
    '1:',
    '\n\n1\n',
    '<c.a.a',
  ])
    expect(linesOf(`00:01.000 --> 00:02.000\nA${piece.repeat(1_000_000 / piece.length)}`).length).toBeGreaterThan(0);
});

const YOUTUBE = `WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:02.389 align:start position:0%
 
hello<00:00:00.480><c> everyone</c><00:00:00.880><c> and</c>

00:00:02.389 --> 00:00:02.399 align:start position:0%
hello everyone and
 

00:00:02.399 --> 00:00:05.030 align:start position:0%
hello everyone and
welcome<00:00:02.720><c> to</c><00:00:02.960><c> this</c>

00:00:05.030 --> 00:00:05.040 align:start position:0%
welcome to this
 

00:00:05.040 --> 00:00:07.000 align:start position:0%
welcome to this
film
`;

test('Captions that YouTube made by itself show each line once, with the times of its words.', () => {
  const { subtitles, warnings } = readCues(YOUTUBE, 30);
  expect(subtitles.map(({ text }) => text)).toEqual(['hello everyone and', 'welcome to this', 'film']);
  expect(subtitles.map(({ startFrame, endFrame }) => [startFrame, endFrame])).toEqual([
    [5, 72],
    [72, 151],
    [151, 210],
  ]);
  expect(subtitles[1]?.words?.map(({ text }) => text)).toEqual(['welcome', 'to', 'this']);
  expect(warnings).toEqual([
    'line 9 and 3 more: each repeats the line before it, as rolling captions do; each line is shown once',
  ]);
});

test('Rolling captions without bridges show each line once.', () => {
  const vtt = 'WEBVTT\n\n00:00.000 --> 00:02.000\na\n\n00:02.000 --> 00:04.000\na\nb\n\n00:04.000 --> 00:06.000\nb\nc';
  expect(linesOf(vtt)).toEqual(['0–2000 a', '2000–4000 b', '4000–6000 c']);
});

test('A chorus that repeats a line now and then is left as it is.', () => {
  const cue = (at: number, text: string) => `00:0${at}.000 --> 00:0${at + 1}.000\n${text}\n\n`;
  const vtt = `WEBVTT\n\n${['la la\nhey', 'hey\nlalala', 'one', 'two', 'three', 'four'].map((text, at) => cue(at, text)).join('')}`;
  expect(linesOf(vtt).slice(0, 2)).toEqual(['0–1000 la la\nhey', '1000–2000 hey\nlalala']);
});

test('A cue that is too short for a frame is shown for one, with a warning.', () => {
  const { subtitles, warnings } = readCues('1\n00:00:01,000 --> 00:00:01,001\nHello', 29.97);
  expect(subtitles).toEqual([{ text: 'Hello', startFrame: 30, endFrame: 31 }]);
  expect(warnings).toEqual(['line 2 is too short for a frame; shown for one frame']);
});

test('A string whose line breaks came as the two characters \\n is read like a file.', () => {
  expect(readCues(String.raw`1\n00:00:01,000 --> 00:00:02,000\nHello`, 30).subtitles).toEqual([
    { text: 'Hello', startFrame: 30, endFrame: 60 },
  ]);
});

test('Whatever text is either subtitles, each with an end after its start, or refused by its line.', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '1',
      '00:00:01,000 --> 00:00:02,000',
      '00:01.000 --> 00:02.000 x',
      'WEBVTT',
      'NOTE',
      '',
      '<00:00.500>a',
      '-->',
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece), (lines) => {
      try {
        for (const { startMs, endMs } of parseSubtitles(lines.join('\n')).cues) expect(endMs).toBeGreaterThan(startMs);
      } catch (error) {
        if (!(error instanceof SubtitleSyntaxError)) throw error;
        expect(error.message).toMatch(/^line \d+: expected/);
      }
    }),
  );
});

test('Words without times get their share of the line, in proportion to their letters.', () => {
  expect(spreadWords({ text: 'a bcd, efgh!', startFrame: 10, endFrame: 90 })).toEqual([
    { text: 'a', startFrame: 10, endFrame: 20 },
    { text: 'bcd', startFrame: 20, endFrame: 50 },
    { text: 'efgh', startFrame: 50, endFrame: 90 },
  ]);
});
