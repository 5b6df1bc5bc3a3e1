import fc from 'fast-check';

/** Files that a random timeline may name, by what they are. What moves or sounds lasts a second at least. */
export interface AvailableAssets {
  images: readonly string[];
  videos: readonly string[];
  gifs: readonly string[];
  audios: readonly string[];
}

const oneOf = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
/** Present or not. */
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 1 });
const share = fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10);
const frames = (min: number, max: number) => fc.integer({ min, max });
const colour = oneOf(['navy', '#16324f', 'rgb(22 50 79)', 'rgba(255, 216, 61, 0.5)', 'hsl(200 50% 40%)']);
const text = oneOf(['Hello', 'two\nlines', '你好，世界', 'こんにちは', '안녕하세요', 'مرحبا', 'Wow 👋🏽', 'a & b <i>']);
const fit = oneOf(['cover', 'contain', 'contain-blur', 'fill', 'none']);

const style = fc.record(
  {
    scale: oneOf([0.5, 1, 1.5]),
    opacity: share,
    top: oneOf<number | string>([0, 10, '25%', '5px', '12']),
    left: oneOf<number | string>([0, -4, '10%']),
    width: oneOf<number | string>([40, '50%']),
    height: oneOf<number | string>([40, '50%']),
    rotate: oneOf([-30, 0, 45]),
  },
  { requiredKeys: [] },
);
const motion = fc.oneof(
  oneOf(['zoom-in', 'zoom-out', 'pan-left', 'pan-right', 'pan-up', 'pan-down']),
  fc.record({ type: oneOf(['zoom-in', 'pan-up']), amount: oneOf([0.05, 0.3]) }),
);
const transition = fc.oneof(
  oneOf(['cut', 'fade', 'slide', 'wipe']),
  fc.record(
    {
      type: oneOf(['fade', 'slide', 'wipe']),
      durationInFrames: frames(1, 12),
      direction: oneOf(['from-left', 'from-right', 'from-top', 'from-bottom']),
    },
    { requiredKeys: ['type'] },
  ),
);
/** A time under each of its names. */
const time = (values: fc.Arbitrary<number>, names: readonly string[]): fc.Arbitrary<Record<string, number>> =>
  fc.tuple(oneOf(names), values).map(([name, value]) => ({
    [name]: name.endsWith('Sec') ? value / 10 : name.endsWith('Ms') ? value * 100 : value,
  }));
const sometimes = (part: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> =>
  fc.oneof(fc.constant({}), part);

/** What only files that play have. Rates and trims leave something of a second. */
const playing = fc.record(
  {
    trimBefore: frames(0, 3),
    trimAfterSec: oneOf([0.5, 0.9]),
    playbackRate: oneOf([0.5, 1, 2]),
    loop: fc.boolean(),
    volume: share,
    muted: fc.boolean(),
  },
  { requiredKeys: [] },
);

function contents({ images, videos, gifs, audios }: AvailableAssets): fc.Arbitrary<Record<string, unknown>> {
  const file = (sources: readonly string[], types: readonly (string | undefined)[], more = fc.constant<object>({})) =>
    sources.length === 0
      ? []
      : [
          fc
            .tuple(oneOf(types), oneOf(sources), maybe(fit), more)
            .map(([type, src, fits, rest]) => ({ type, src, fit: fits, ...rest })),
        ];
  return fc.oneof(
    ...file(images, [undefined, 'image', 'b_roll']),
    ...file(videos, [undefined, 'video', 'avatar', 'wan_video'], playing),
    ...file(gifs, [undefined, 'gif'], playing),
    ...file(audios, ['audio'], playing),
    fc.record({ type: oneOf(['color', undefined]), color: colour }),
    fc.record({
      type: oneOf(['text', undefined]),
      text,
      textStyle: maybe(fc.record({ fontSize: frames(4, 30), color: colour })),
    }),
  );
}

const clip = (assets: AvailableAssets): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .tuple(
      contents(assets),
      sometimes(time(frames(0, 40), ['startFrame', 'from', 'startSec', 'startMs'])),
      sometimes(time(frames(1, 40), ['durationInFrames', 'durationFrames', 'durationSec', 'durationMs'])),
      fc.record(
        { layer: frames(-1, 3), style, motion, transition, onError: oneOf(['fail', 'skip']) },
        { requiredKeys: [] },
      ),
    )
    .map(([content, start, length, look]) => ({ ...content, ...start, ...length, ...look }));

const line = fc
  .tuple(frames(0, 40), frames(2, 20), text, oneOf(['frames', 'length', 'ms', 'seconds', 'words']))
  .map(([start, length, said, as]) => {
    const end = start + length;
    if (as === 'frames') return { text: said, startFrame: start, endFrame: end };
    if (as === 'length') return { text: said, from: start, durationInFrames: length };
    if (as === 'ms') return { text: said, startMs: start * 100, endMs: end * 100 };
    if (as === 'seconds') return { text: said, start: start / 10, end: end / 10 };
    const words = said.split(/\s+/).map((word) => ({ word, start: start / 10, end: end / 10 }));
    return { text: said, start: start / 10, end: end / 10, words };
  });
const subtitles = fc.oneof(
  fc.array(line, { maxLength: 5 }),
  oneOf([
    '1\n00:00:00,000 --> 00:00:01,500\nHello\n\n2\n00:00:01,500 --> 00:00:02,000\nthere',
    'WEBVTT\n\n00:00.000 --> 00:01.000 align:start\n<00:00.000>Hi <00:00.500><b>you</b>',
  ]),
);
const subtitleStyle = fc.record(
  {
    style: oneOf(['plain', 'box', 'highlight', 'karaoke']),
    position: oneOf(['top', 'center', 'bottom']),
    marginY: frames(0, 20),
    fontSize: frames(6, 30),
    highlightColor: colour,
  },
  { requiredKeys: [] },
);

/**
 * Valid timelines as clients send them, small and short: at most 160 pixels and about four seconds. Sizes may be odd,
 * and clips may reach beyond the film's end.
 */
export function timelineArbitrary(assets: AvailableAssets): fc.Arbitrary<Record<string, unknown>> {
  const { images, audios } = assets;
  const audio = audios.length === 0 ? fc.constant(undefined) : maybe(oneOf(audios));
  const watermark = images.length === 0 ? fc.constant(undefined) : maybe(oneOf(images));
  return fc
    .record({
      width: frames(33, 160),
      height: frames(33, 160),
      fps: oneOf([10, 24, 25, 29.97, 30]),
      durationInFrames: fc.oneof<fc.Arbitrary<unknown>[]>(frames(1, 60), fc.constant('auto'), fc.constant(undefined)),
      tailFrames: maybe(frames(0, 10)),
      backgroundColor: maybe(colour),
      clips: fc.array(clip(assets), { maxLength: 6 }),
      subtitles: maybe(subtitles),
      subtitleStyle: maybe(subtitleStyle),
      audioSrc: audio,
      audioVolume: maybe(share),
      bgmSrc: audio,
      bgmVolume: maybe(share),
      bgmLoop: maybe(fc.boolean()),
      bgmFadeInFrames: maybe(frames(0, 30)),
      bgmFadeOutFrames: maybe(frames(0, 30)),
      ducking: maybe(fc.oneof<fc.Arbitrary<unknown>[]>(fc.boolean(), fc.constant({ to: 0.2 }))),
      watermark,
    })
    .filter(hasLength)
    .map(({ tailFrames, ...film }) => (typeof film.durationInFrames === 'number' ? film : { ...film, tailFrames }))
    .map((timeline) => JSON.parse(JSON.stringify(timeline)) as Record<string, unknown>);
}

/** A film of nothing at all is refused. */
function hasLength({ durationInFrames, clips, subtitles: lines, audioSrc }: Record<string, unknown>): boolean {
  const some = (value: unknown): boolean => (Array.isArray(value) || typeof value === 'string') && value.length > 0;
  return typeof durationInFrames === 'number' || some(clips) || some(lines) || audioSrc !== undefined;
}
