import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSubtitles, SubtitleSyntaxError } from '../../../src/film/subtitles/parse-subtitles.ts';
import { spreadWords } from '../../../src/film/subtitles/spread-words.ts';
import { subtitlesInFrames } from '../../../src/film/subtitles/subtitles-in-frames.ts';

const linesOf = (content: string) =>
  parseSubtitles(content).map(({ text, startMs, endMs }) => `${startMs}–${endMs} ${text}`);

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
  const [cue] = parseSubtitles('WEBVTT\n\n00:01.000 --> 00:03.000\nOne <00:01.500><c>two</c> <00:02.000>three');
  expect(cue).toMatchObject({
    text: 'One two three',
    words: [
      { text: 'One', startMs: 1000, endMs: 1500 },
      { text: 'two', startMs: 1500, endMs: 2000 },
      { text: 'three', startMs: 2000, endMs: 3000 },
    ],
  });
});

test.each([
  ['', 1, 'no subtitle at all'],
  ['1\n\nHello', 1, 'expected a time'],
  ['1\n00:00:01,000 --> soon\nHello', 2, 'expected a time'],
  ['1\n00:00:01,000 --> 00:61:00,000\nHello', 2, 'expected a time'],
  ['1\n00:00:02,000 --> 00:00:01,000\nHello', 2, 'an end after the start'],
  ['00:00:01,000 --> 00:00:02,000\nHello\n\nnot a cue', 4, 'expected a time'],
])('%j is refused by its line', (content, line, message) => {
  expect(() => parseSubtitles(content)).toThrow(SubtitleSyntaxError);
  expect(() => parseSubtitles(content)).toThrow(new RegExp(`^line ${line}: .*${message}`));
});

test('A line that no frame shows is refused by its line.', () => {
  const cues = parseSubtitles('1\n00:00:01,000 --> 00:00:01,001\nHello');
  expect(() => subtitlesInFrames(cues, 29.97)).toThrow(
    'line 2: expected at least one frame, which is 33.4 ms at 29.97 fps',
  );
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
        for (const { startMs, endMs } of parseSubtitles(lines.join('\n'))) expect(endMs).toBeGreaterThan(startMs);
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
