import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldErrors, formatPath } from '../../src/contracts/fields.ts';
import { timelineSchema } from '../../src/contracts/timeline.ts';
import { timelineArbitrary } from '../helpers/timeline-arbitrary.ts';

const errorsOf = (timeline: unknown): string[] => {
  const parsed = timelineSchema.safeParse(timeline);
  return parsed.success ? [] : fieldErrors(parsed.error).map(({ path, message }) => `${path}: ${message}`);
};
const read = (timeline: object) => timelineSchema.parse({ durationInFrames: 300, ...timeline });
const clipOf = (clip: object) => read({ clips: [clip] }).clips[0];

describe('What a clip is', () => {
  test.each([
    [{ src: 'a.JPEG' }, 'image'],
    [{ src: 'a.webm' }, 'video'],
    [{ src: 'a.gif' }, 'gif'],
    [{ type: 'image', src: 'a.gif' }, 'gif'],
    [{ src: 'a.opus' }, 'audio'],
    [{ type: 'audio', src: 'a.mp4' }, 'audio'],
    [{ text: 'Hello' }, 'text'],
    [{ color: 'navy' }, 'color'],
    [{ type: 'text', text: 'Hello', color: 'navy' }, 'text'],
  ])('%j is of kind %s', (clip, kind) => {
    expect(clipOf(clip)?.kind).toBe(kind);
  });

  test('If neither type nor name shows the kind, the error lists the types', () => {
    expect(errorsOf({ durationInFrames: 9, clips: [{ src: 'a.bin' }] })[0]).toMatch(
      /^clips\[0\]\.type: expected one of image, video, color/,
    );
  });
});

describe('One value, one unit', () => {
  test.each([
    [{ startFrame: 15, durationInFrames: 60 }],
    [{ from: 15, durationFrames: '60' }],
    [{ startSec: 0.5, durationSec: 2 }],
    [{ startMs: 500, durationMs: 2000 }],
    [{ startSec: '0.5', endFrame: 75 }],
    [{ startFrame: 15, from: 15, startSec: 0.5, endSec: 2.5, durationInFrames: 60 }],
  ])('%j says the same', (times) => {
    expect(clipOf({ src: 'a.png', ...times })).toMatchObject({ startFrame: 15, durationInFrames: 60 });
  });

  test.each([
    [{ startFrame: 15, startSec: 1 }, 'clips[0].startSec: startSec and startFrame disagree; give one of them'],
    [
      { from: 15, durationInFrames: 5, endFrame: 21 },
      'clips[0].endFrame: endFrame and durationInFrames disagree; give one of them',
    ],
    [{ endFrame: 21 }, 'clips[0].endFrame: expected startFrame together with endFrame, or durationInFrames instead'],
    [{ from: 15, endSec: 0.5 }, 'clips[0].endSec: expected a time after the start of the clip'],
    [{ durationMs: 3 }, 'clips[0].durationMs: expected at least one frame, which lasts 33.3 ms at 30 fps'],
    [{ layer: 1, track: 2 }, 'clips[0].track: track and layer disagree; give one of them'],
    [{ trimBefore: 30, trimEndSec: 1 }, 'clips[0].trimEndSec: expected a time after trimBefore'],
    [
      { fit: 'contain', style: { objectFit: 'fill' } },
      'clips[0].style.objectFit: style.objectFit and fit disagree; give one of them',
    ],
    [{ motion: 'zoom-out', kenBurns: true }, 'clips[0].kenBurns: kenBurns and motion disagree; give one of them'],
  ])('%j is refused', (clip, message) => {
    expect(errorsOf({ durationInFrames: 300, clips: [{ src: 'a.mp4', ...clip }] })).toEqual([message]);
  });

  test('A name without a unit is accepted, with a warning that lists the names with units', () => {
    expect(read({ clips: [{ src: 'a.png', start: 5, duration: 3 }] }).warnings).toEqual([
      'clips[0].start has no unit and was ignored; use startFrame or startSec instead',
      'clips[0].duration has no unit and was ignored; use durationInFrames or durationSec instead',
    ]);
  });

  test.each([
    [{ startFrame: 30, endFrame: 60 }],
    [{ from: 30, durationInFrames: 30 }],
    [{ startMs: 1000, endMs: 2000 }],
    [{ start: 1, end: 2 }],
    [{ startSec: '1', durationMs: 1000 }],
  ])('A subtitle at %j is due in the second second', (times) => {
    const words = [{ word: 'Hi', ...times }];
    const [line] = read({ subtitles: [{ text: 'Hi', ...times, words }] }).subtitles;
    expect(line).toEqual({
      text: 'Hi',
      startFrame: 30,
      endFrame: 60,
      words: [{ text: 'Hi', startFrame: 30, endFrame: 60 }],
    });
  });

  test.each([
    [{ start: 2, end: 1 }, 'subtitles[0].end: expected a time after start'],
    [{ startFrame: 3, endFrame: 3 }, 'subtitles[0].endFrame: expected a frame after startFrame'],
    [{ startMs: 0 }, 'subtitles[0].endFrame: expected an end: endFrame, endMs, or end in seconds'],
    [{ startMs: 0, endMs: 500, end: 1 }, 'subtitles[0].end: end and endMs disagree; give one of them'],
  ])('A subtitle at %j is refused', (times, message) => {
    expect(errorsOf({ durationInFrames: 9, subtitles: [{ text: 'Hi', ...times }] })).toEqual([message]);
  });

  test.each([
    [{ startMs: 1000, endMs: 1010 }, 'endMs'],
    [{ start: 1, end: 1 }, 'end'],
    [{ start: 1, durationMs: 3 }, 'durationMs'],
  ])('A subtitle at %j, too short for a frame, is shown for one, with a warning', (times, name) => {
    const { subtitles, warnings } = read({ durationInFrames: 90, subtitles: [{ text: 'Hi', ...times }] });
    expect(subtitles).toEqual([{ text: 'Hi', startFrame: 30, endFrame: 31 }]);
    expect(warnings).toEqual([
      `subtitles[0].${name} is too early: the line would last less than one frame, so it is shown for one frame`,
    ]);
  });

  test('Words of whisperX that have no times get the time between their neighbours', () => {
    const words = [
      { word: 'in', start: 0, end: 0.5, score: 0.9 },
      { word: '2014' },
      { word: 'we', start: 1, end: 1.5, score: 0.8 },
    ];
    const segment = { text: 'in 2014 we', start: 0, end: 2, words };
    const { subtitles, warnings } = read({ durationInFrames: 90, subtitles: [segment] });
    expect(subtitles[0]?.words?.map(({ startFrame, endFrame }) => [startFrame, endFrame])).toEqual([
      [0, 15],
      [15, 30],
      [30, 45],
    ]);
    expect(warnings ?? []).toEqual([]);
  });
});

describe('A misspelt', () => {
  test('name of a required value is named in the error', () => {
    expect(errorsOf({ durationInFrames: 9, clips: [{ type: 'image', scr: 'a.png' }] })).toEqual([
      'clips[0].src: expected the path of a file under ASSET_PATH; you sent scr: did you mean src?',
    ]);
  });

  test('name of something else runs, with a warning', () => {
    const { warnings } = read({ widht: 5, clips: [{ src: 'a.png', motoin: 'zoom-in', style: { opactiy: 1 }, id: 7 }] });
    expect(warnings).toEqual([
      'widht is unknown and was ignored; did you mean width?',
      'clips[0].motoin is unknown and was ignored; did you mean motion?',
      'clips[0].style.opactiy is unknown and was ignored; did you mean opacity?',
    ]);
  });

  test.each([
    [{ clips: [{ type: 'vidoe', src: 'a.mp4' }] }, 'clips[0].type', 'video'],
    [{ clips: [{ src: 'a.mp4', fit: 'contian' }] }, 'clips[0].fit', 'contain'],
    [{ clips: [{ src: 'a.mp4', motion: { type: 'zoomin' } }] }, 'clips[0].motion.type', 'zoom-in'],
    [{ clips: [{ src: 'a.mp4', transition: 'fad' }] }, 'clips[0].transition.type', 'fade'],
    [{ subtitleStyle: { style: 'karoake' } }, 'subtitleStyle.style', 'karaoke'],
    [{ output: { preset: 'very-fast' } }, 'output.preset', 'veryfast'],
  ])('value in %j is refused with the nearest right one', (timeline, path, near) => {
    const [error = ''] = errorsOf({ durationInFrames: 9, ...timeline });
    expect(error).toMatch(
      new RegExp(`^${path.replaceAll(/[[\].]/g, String.raw`\$&`)}: expected one of .*; did you mean "${near}"\\?$`),
    );
  });
});

describe('The output', () => {
  test.each([
    [{}, { format: 'mp4', codec: 'h264' }],
    [{ codec: 'h265' }, { format: 'mp4', codec: 'h265' }],
    [{ codec: 'vp9' }, { format: 'webm', codec: 'vp9' }],
    [
      { format: 'webm', crf: '30' },
      { format: 'webm', codec: 'vp8', crf: 30 },
    ],
    [
      { format: 'mov', preset: 'slow', poster: 3 },
      { format: 'mov', codec: 'h264', preset: 'slow', poster: 3 },
    ],
    [
      { format: 'gif', scale: 0.5 },
      { format: 'gif', codec: 'gif', scale: 0.5 },
    ],
  ])('%j means %j', (output, meant) => {
    expect(read({ output }).output).toEqual(meant);
  });

  test.each([
    [{ format: 'mov', codec: 'vp9' }, 'output.codec: expected h264 or h265, because the format is mov'],
    [{ crf: 60 }, 'output.crf: expected 1 to 51, because the codec is h264'],
    [{ format: 'gif', crf: 20 }, 'output.crf: expected no crf, because gif has no such setting'],
    [{ codec: 'vp8', preset: 'fast' }, 'output.preset: expected no preset, because vp8 has no such setting'],
    [{ codec: 'prores' }, 'output.codec: expected one of h264, h265, vp8, vp9, gif'],
    [{ scale: 4 }, 'output.scale: expected a scale that makes each side 2 to 7680 pixels long'],
  ])('%j is refused', (output, message) => {
    expect(errorsOf({ width: 3840, height: 2160, durationInFrames: 9, output })).toEqual([message]);
  });
});

test('Sizes from 2 × 2 to 8K are accepted, 1 × 1 is refused, and an odd size causes a warning', () => {
  expect(read({ width: 7680, height: 4320 })).toMatchObject({ width: 7680, height: 4320 });
  expect(errorsOf({ durationInFrames: 9, width: 1, height: 1 })).toEqual([
    'width: expected at least 2',
    'height: expected at least 2',
  ]);
  expect(read({ width: 1081 }).warnings).toEqual([
    'width was changed from 1081 to 1080, because films need even sizes',
  ]);
});

test('Sounds are paths, or objects with their volume; volume under two names must be one', () => {
  const film = read({
    audioSrc: { src: 'a.wav', volume: 0.5 },
    bgmSrc: 'b.mp3',
    bgmLoop: 'false',
    bgmFadeInSec: 2,
    ducking: true,
  });
  expect(film).toMatchObject({
    audioSrc: 'a.wav',
    audioVolume: 0.5,
    bgmVolume: 0.1,
    bgmLoop: false,
    bgmFadeInFrames: 60,
  });
  expect(film.ducking).toEqual({ to: 0.3, attackMs: 200, releaseMs: 600 });
  expect(errorsOf({ bgmSrc: { src: 'a.mp3', volume: 1 }, bgmVolume: 0.5, durationInFrames: 9 })).toEqual([
    'bgmSrc.volume: bgmSrc.volume and bgmVolume disagree; give one of them',
  ]);
});

test('Subtitles may be SRT or VTT, whose errors name the line; a path needs an object', () => {
  const srt = '1\n00:00:00,000 --> 00:00:01,000\nHi';
  expect(read({ subtitles: srt }).subtitleSource).toEqual({ content: srt });
  expect(read({ subtitles: { src: 'a.vtt' } }).subtitleSource).toEqual({ src: 'a.vtt' });
  expect(errorsOf({ subtitles: '1\n00:00:00 to 00:00:01\nHi' })[0]).toMatch(
    /^subtitles: line 1: expected a time such as/,
  );
  expect(errorsOf({ subtitles: { content: 'Hello' } })[0]).toMatch(/^subtitles\.content: line 1: expected a time/);
  expect(errorsOf({ subtitles: 'captions/a.srt' })[0]).toContain('expected {"src": "…"} to name a file');
});

test('Ten thousand subtitles fit into a workflow', () => {
  const subtitles = Array.from({ length: 10_000 }, (_, index) => ({
    text: `Line number ${index}, which says something`,
    startMs: index * 100,
    endMs: index * 100 + 90,
  }));
  expect(JSON.stringify(timelineSchema.parse({ subtitles })).length).toBeLessThan(1_500_000);
});

const timelines = timelineArbitrary({ images: ['a.png'], videos: ['a.mp4'], gifs: ['a.gif'], audios: ['a.wav'] });

test('Whatever valid timeline is accepted', () => {
  fc.assert(
    fc.property(timelines, (timeline) => {
      expect(errorsOf(timeline)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

/** Values that are wrong wherever they stand, by the field. */
const WRONG: readonly (readonly [path: readonly (string | number)[], value: unknown])[] = [
  [['width'], 'wide'],
  [['height'], 1],
  [['fps'], 0],
  [['durationInFrames'], 0],
  [['backgroundColor'], 'nocolour'],
  [['clips'], {}],
  [['clips', 0], 7],
  [['clips', 0, 'startFrame'], -1],
  [['clips', 0, 'durationInFrames'], 2.5],
  [['clips', 0, 'layer'], 'top'],
  [['clips', 0, 'fit'], 'stretch'],
  [['clips', 0, 'style'], 'big'],
  [['clips', 0, 'style', 'scale'], 0],
  [['clips', 0, 'volume'], 1.5],
  [['clips', 0, 'playbackRate'], 0],
  [['clips', 0, 'loop'], 'maybe'],
  [['clips', 0, 'onError'], 'ignore'],
  [['clips', 0, 'transition', 'type'], 'explode'],
  [['clips', 0, 'motion', 'amount'], 0],
  [['subtitles'], 5],
  [['subtitles', 0], null],
  [['subtitleStyle', 'color'], 'nocolour'],
  [['bgmVolume'], 2],
  [['audioSrc'], 7],
  [['ducking'], 'loud'],
  [['watermark', 'opacity'], -1],
  [['output', 'scale'], 0],
];

/** The timeline with a value at a place, made on the way where it is not there. */
function withValue(timeline: unknown, [key, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (key === undefined) return value;
  if (typeof key === 'number') {
    const list: unknown[] = Array.isArray(timeline) ? [...(timeline as unknown[])] : [];
    list[key] = withValue(list[key] ?? { type: 'color', color: 'navy' }, rest, value);
    return list;
  }
  const object = typeof timeline === 'object' && timeline !== null && !Array.isArray(timeline) ? timeline : {};
  return { ...object, [key]: withValue((object as Record<string, unknown>)[key], rest, value) };
}

test('Whatever valid timeline with one wrong value is refused by the path of that value', () => {
  fc.assert(
    fc.property(timelines, fc.constantFrom(...WRONG), (timeline, [path, value]) => {
      const paths = errorsOf(withValue(timeline, path, value)).map((error) => error.split(':')[0]);
      expect(paths).toContain(formatPath(path));
    }),
    { numRuns: 500 },
  );
});
