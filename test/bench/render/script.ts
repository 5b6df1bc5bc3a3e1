/**
 * The film of the bench: five zooming pictures with crossfades, one clip, seven lines with word highlight, narration,
 * looping music.
 */
export const WIDTH = 1080;
export const HEIGHT = 1920;
export const FPS = 30;
export const FRAMES = 300;
export const FADE_FRAMES = 8;
export const ZOOM = 0.12;
export const PICTURE_FRAMES = 30;
export const CLIP_FRAMES = 150;
export const MUSIC_VOLUME = 0.2;
export const MUSIC_FADE_FRAMES = 45;

export const PICTURES = ['dawn', 'dunes', 'sea', 'planet', 'aurora'] as const;

const LINES = [
  'Morning comes over the mountains',
  'and the light moves down the valley',
  '沙丘 上 的 风 从不 停歇',
  'The sea keeps its own time 🌊',
  '夜 の 空 に 光 が 揺れる',
  'far above us the northern lights ✨',
  'and nobody is in a hurry',
];

export interface Line {
  text: string;
  startFrame: number;
  endFrame: number;
  words: { text: string; startFrame: number; endFrame: number }[];
}

/** The lines share the film evenly; so do the words of a line. */
export const lines = (): Line[] =>
  LINES.map((text, index) => {
    const startFrame = Math.round((index * FRAMES) / LINES.length);
    const endFrame = Math.round(((index + 1) * FRAMES) / LINES.length) - 3;
    const words = text.split(' ');
    const at = (word: number): number => startFrame + Math.round((word * (endFrame - startFrame)) / words.length);
    return {
      text,
      startFrame,
      endFrame,
      words: words.map((word, n) => ({ text: word, startFrame: at(n), endFrame: at(n + 1) })),
    };
  });

/** The film as a client submits it. */
export const timeline = () => ({
  width: WIDTH,
  height: HEIGHT,
  fps: FPS,
  durationInFrames: FRAMES,
  clips: [
    ...PICTURES.map((name, index) => ({
      type: 'image',
      src: `${name}.jpg`,
      from: index * PICTURE_FRAMES,
      durationInFrames: PICTURE_FRAMES,
      motion: { type: 'zoom-in', amount: ZOOM },
      ...(index === 0 ? {} : { transition: { type: 'fade', durationInFrames: FADE_FRAMES } }),
    })),
    { type: 'video', src: 'clip.mp4', from: FRAMES - CLIP_FRAMES, durationInFrames: CLIP_FRAMES, muted: true },
  ],
  subtitles: lines(),
  audioSrc: 'narration.wav',
  bgmSrc: 'music.mp3',
  bgmVolume: MUSIC_VOLUME,
  bgmFadeOutFrames: MUSIC_FADE_FRAMES,
});
