import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldErrors } from '../../src/contracts/fields.ts';
import { timelineSchema } from '../../src/contracts/timeline.ts';

const errorsOf = (timeline: unknown): string[] => {
  const parsed = timelineSchema.safeParse(timeline);
  return parsed.success ? [] : fieldErrors(parsed.error).map(({ path, message }) => `${path}: ${message}`);
};

test('The documented timeline of the earlier service is accepted as it is', () => {
  const timeline = timelineSchema.parse({
    width: 1080,
    height: 1920,
    fps: 30,
    durationInFrames: 1800,
    audioSrc: 'audio/voice.wav',
    bgmSrc: 'audio/bgm.mp3',
    clips: [
      { type: 'avatar', src: 'videos/avatar.mp4', layer: 0 },
      {
        type: 'product_vfx',
        src: 'sponsorships/coke_01.mp4',
        startFrame: 450,
        durationFrames: 150,
        layer: 10,
        style: { top: 500, scale: 0.5 },
      },
    ],
    subtitles: [{ text: 'Hello', startFrame: 0, endFrame: 30 }],
  });
  expect(timeline.clips[0]).toMatchObject({ kind: 'video', startFrame: 0, durationInFrames: 1800, volume: 1 });
  expect(timeline.clips[1]).toMatchObject({ startFrame: 450, durationInFrames: 150, layer: 10, volume: 0 });
  expect(timeline.bgmVolume).toBe(0.1);
});

test('The kind of a clip comes from its file if its type only names its purpose', () => {
  const { clips } = timelineSchema.parse({
    durationInFrames: 10,
    clips: [
      { type: 'b_roll', src: 'a.PNG' },
      { type: 'b_roll', src: 'a.mp4' },
      { type: 'audio', src: 'a.mp3' },
    ],
  });
  expect(clips.map((clip) => clip.kind)).toEqual(['image', 'video', 'audio']);
});

test('A volume that the client gives is kept on every layer', () => {
  const { clips } = timelineSchema.parse({
    durationInFrames: 10,
    clips: [{ type: 'video', src: 'a.mp4', layer: 5, volume: 0.4 }],
  });
  expect(clips[0]?.volume).toBe(0.4);
});

test('Without a length the film ends with its last clip or subtitle', () => {
  const timeline = timelineSchema.parse({
    clips: [{ type: 'image', src: 'a.png', startFrame: 10, durationInFrames: 20 }],
    subtitles: [{ text: 'x', startFrame: 0, endFrame: 45 }],
  });
  expect(timeline.durationInFrames).toBe(45);
});

test('Whole numbers may come as strings, null means absent and unknown properties are let through', () => {
  const timeline = timelineSchema.parse({
    width: '640',
    durationInFrames: '30',
    clips: null,
    subtitles: null,
    extra: 1,
  });
  expect(timeline).toMatchObject({ width: 640, durationInFrames: 30, clips: [], subtitles: [] });
});

test('All bad fields are reported at once, each with its path', () => {
  expect(
    errorsOf({
      width: -1,
      durationInFrames: 0,
      clips: [
        { type: 'film', src: 'a.mp4' },
        { type: 'image', src: 7, startFrame: 1.5 },
      ],
      subtitles: [{ text: 'x', startFrame: 9, endFrame: 9 }],
    }),
  ).toEqual([
    'width: expected at least 2',
    'durationInFrames: expected at least 1 frame',
    'clips[0].type: expected one of image, video, color, text, gif, audio, avatar, wan_video, b_roll, product_vfx',
    'clips[1].src: expected the path of a file under ASSET_PATH',
    'clips[1].startFrame: expected a whole number of frames',
    'subtitles[0].endFrame: expected a frame after startFrame',
  ]);
});

test('Two names for one length that disagree are an error', () => {
  expect(errorsOf({ clips: [{ type: 'image', src: 'a.png', durationFrames: 10, durationInFrames: 11 }] })).toContain(
    'clips[0].durationFrames: durationFrames and durationInFrames disagree; give one of them',
  );
});

test('A film of no length at all is an error', () => {
  expect(errorsOf({})).toEqual([
    'durationInFrames: expected the length of the film in frames, or clips or subtitles that have an end',
  ]);
});

test('Any JSON value is either a timeline or refused with paths, never an exception', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const parsed = timelineSchema.safeParse(value);
      if (!parsed.success) expect(fieldErrors(parsed.error).every(({ message }) => message.length > 0)).toBe(true);
    }),
  );
});

test('Numbers may come as strings, whole or not', () => {
  const { fps, bgmVolume, clips } = timelineSchema.parse({
    fps: '29.97',
    bgmVolume: '1',
    durationInFrames: '30.0',
    clips: [{ type: 'image', src: 'a.png', volume: '.5', style: { scale: ' 0.5 ', opacity: '1e-1' } }],
  });
  expect({ fps, bgmVolume }).toEqual({ fps: 29.97, bgmVolume: 1 });
  expect(clips[0]).toMatchObject({ volume: 0.5, style: { scale: 0.5, opacity: 0.1 } });
});

test.each(['Infinity', '0x10', '1,5', `${'1'.repeat(200_000)}x`])('The string %j is no number', (fps) => {
  expect(errorsOf({ durationInFrames: 30, fps })).toEqual(['fps: expected a number']);
});

test('An odd size loses a pixel, since H.264 has even ones only', () => {
  expect(timelineSchema.parse({ width: 65, height: '3', durationInFrames: 1 })).toMatchObject({ width: 64, height: 2 });
});

test('A background that is no colour is an error', () => {
  expect(timelineSchema.parse({ backgroundColor: ' Navy ', durationInFrames: 1 }).backgroundColor).toBe('Navy');
  expect(errorsOf({ backgroundColor: 'not a colour', durationInFrames: 1 })).toEqual([
    expect.stringContaining('backgroundColor: expected a CSS colour') as string,
  ]);
});

test('A list that is too long is refused as one, whatever is in it', () => {
  const words = Array.from({ length: 1001 }, () => ({}));
  expect(
    errorsOf({
      durationInFrames: 30,
      clips: Array.from({ length: 10_001 }, () => ({})),
      subtitles: [{ text: 'x', startFrame: 0, endFrame: 9, words }],
    }),
  ).toEqual(['clips: expected at most 10000 items', 'subtitles[0].words: expected at most 1000 items']);
});

test('A tail is for a film whose length is not given, and is counted where its length is known', () => {
  const clips = [{ color: 'red', durationSec: 2 }];
  expect(timelineSchema.parse({ clips, fps: 10, tailSec: 1.5 }).durationInFrames).toBe(35);
  expect(timelineSchema.parse({ clips, audioSrc: 'voice.wav', tailFrames: 20 })).toMatchObject({
    durationInFrames: 'auto',
    tailFrames: 20,
  });
  expect(errorsOf({ clips, durationSec: 4, tailSec: 1 })).toEqual([
    'tailSec: durationSec is the whole length of the film; leave out one of them',
  ]);
  expect(errorsOf({ clips, durationSec: 4, tailSec: 0 })).toEqual([]);
  expect(errorsOf({ clips, tailFrames: -1 })).toHaveLength(1);
});

test('A clip without a file is left out where its onError is skip, and nowhere else', () => {
  const read = (clip: object) => timelineSchema.safeParse({ durationInFrames: 30, clips: [clip, { color: 'red' }] });
  for (const src of [null, '']) {
    const made = read({ src, onError: 'skip', startFrame: 5 });
    expect(made.data?.clips).toHaveLength(1);
    expect(made.data?.warnings).toEqual(['clips[0].src is empty; the clip was left out because its onError is skip']);
    expect(read({ src }).success).toBe(false);
  }
  expect(read({ onError: 'skip' }).success).toBe(false);
});

test.each([
  [{ clips: [{ color: 'red', opacity: 0.5 }] }, 'clips[0].opacity was ignored; it belongs at clips[0].style.opacity'],
  [
    { clips: [{ text: 'a', fontSize: 50 }] },
    'clips[0].fontSize was ignored; it belongs at clips[0].textStyle.fontSize',
  ],
  [
    { clips: [{ color: 'red', style: { transition: 'fade' } }] },
    'clips[0].style.transition was ignored; it belongs at clips[0].transition',
  ],
  [{ crf: 20 }, 'crf was ignored; it belongs at output.crf'],
  [{ highlightColor: 'red' }, 'highlightColor was ignored; it belongs at subtitleStyle.highlightColor'],
  [{ output: { fps: 25 } }, 'output.fps was ignored; it belongs at fps'],
])('The warning about a known name in a wrong place names the right place: %j', (timeline, warning) => {
  const made = timelineSchema.safeParse({ durationInFrames: 30, ...timeline });
  expect(made.data?.warnings).toEqual([warning]);
});

test('Values from forms are accepted if they have one meaning, and refused if they have none', () => {
  const read = (timeline: unknown) => timelineSchema.safeParse(timeline);
  const subtitles = [{ text: 7, startFrame: 0, endFrame: 5 }];
  const clips = [{ text: 2026, durationInFrames: 5, transition: 'none' }];
  const made = read({ durationInFrames: 30, bgmLoop: 'False', ducking: 'TRUE', subtitles, clips });
  expect(made.data).toMatchObject({ subtitles: [{ text: '7' }], clips: [{ text: '2026' }], ducking: { to: 0.3 } });
  const messages = (timeline: unknown) =>
    read(timeline)
      .error?.issues.map(({ message }) => message)
      .join();
  expect(messages('{"width": 10}')).toContain('this is JSON in a string');
  expect(messages({ durationInFrames: 30, clips: ['[object Object]'] })).toContain('instead of an object');
  expect(messages({ durationInFrames: 30, clips: [{ text: '[object Object]' }] })).toContain('instead of an object');
});

const DAY = 'expected at most 10368000 frames';
test.each([
  [{ durationSec: 100_000, fps: 120 }, [`durationSec: ${DAY}`]],
  [{ durationMs: 1e9 }, [`durationMs: ${DAY}`]],
  [{ clips: [{ color: 'red', startSec: 1e6, durationSec: 1 }] }, [`clips[0].startSec: ${DAY}`]],
  [
    { clips: [{ color: 'red', startFrame: 10_368_000, durationInFrames: 1 }] },
    [`durationInFrames: ${DAY}, but the parts of the film last longer`],
  ],
  [
    { subtitles: [{ text: 'a', startFrame: 10_368_000, durationInFrames: 1 }] },
    [`durationInFrames: ${DAY}, but the parts of the film last longer`],
  ],
  [
    { clips: [{ color: 'red', durationInFrames: 1 }], tailFrames: 10_368_000 },
    [`durationInFrames: ${DAY}, but the parts of the film last longer`],
  ],
])('A film longer than a day at 120 fps is refused, in whatever unit: %j', (timeline, errors) => {
  expect(errorsOf(timeline)).toEqual(errors);
});

test('The longest permitted film is accepted in each unit', () => {
  expect(errorsOf({ fps: 120, durationSec: 86_400 })).toEqual([]);
  expect(errorsOf({ fps: 120, durationMs: 86_400_000 })).toEqual([]);
  expect(errorsOf({ durationInFrames: 10_368_000 })).toEqual([]);
});

test.each([
  [{ width: 0 }, ['clips[0].style.width: expected more than 0']],
  [{ height: -5 }, ['clips[0].style.height: expected more than 0']],
  [{ width: '0%' }, ['clips[0].style.width: expected more than 0']],
  [{ top: 1e308 }, ['clips[0].style.top: expected at most 1000000 pixels']],
  [{ left: `-${'9'.repeat(30)}%` }, ['clips[0].style.left: expected at most 1000000 pixels']],
  [{ rotate: 1e308 }, ['clips[0].style.rotate: expected at most 1000000']],
  [{ left: -400, top: '-10%', width: '150%', rotate: -720 }, []],
])('A clip whose box would be none is refused: %j', (style, errors) => {
  expect(errorsOf({ clips: [{ color: 'red', durationInFrames: 1, style }] })).toEqual(errors);
});

test('Margins that leave no room in the frame are refused', () => {
  const film = { width: 320, height: 240, durationInFrames: 1 };
  expect(errorsOf({ ...film, subtitleStyle: { marginX: 160, marginY: 500 } })).toEqual([
    "subtitleStyle.marginX: expected less than half of the film's width, which is 320",
    "subtitleStyle.marginY: expected less than half of the film's height, which is 240",
  ]);
  expect(errorsOf({ ...film, watermark: { src: 'w.png', margin: 240 } })).toEqual([
    "watermark.margin: expected less than the film's shorter side, 240",
  ]);
  expect(errorsOf({ ...film, watermark: { src: 'w.png', margin: 240, position: 'center' } })).toEqual([]);
  expect(errorsOf({ ...film, subtitleStyle: { marginX: 159, marginY: 119 } })).toEqual([]);
});
