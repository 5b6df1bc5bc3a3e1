/** The demo film word by word: one table for the pictures, the subtitles and the voice, so that they agree. */

interface Word {
  text: string;
  /** Its syllables as they sound, for the synthetic voice: consonants, vowels (two make a glide), consonants. */
  say: string;
  startFrame: number;
  endFrame: number;
}

export interface Scene {
  src: string;
  motion: 'zoom-in' | 'zoom-out' | null;
  startFrame: number;
  endFrame: number;
  text: string;
  words: Word[];
}

export const FPS = 30;
export const FRAMES = 300;

const FRAMES_A_SYLLABLE = 5;
const LEAD_IN = 7;

/** Words one after another, each as long as its syllables need. */
function spoken(startFrame: number, words: readonly (readonly [text: string, say: string])[]): Word[] {
  let at = startFrame + LEAD_IN;
  return words.map(([text, say]) => {
    const begin = at;
    at += say.split(' ').length * FRAMES_A_SYLLABLE + 1;
    return { text, say, startFrame: Math.round(begin), endFrame: Math.round(at) };
  });
}

const scene = (
  [startFrame, endFrame]: readonly [number, number],
  src: string,
  motion: Scene['motion'],
  text: string,
  words: readonly (readonly [text: string, say: string])[],
): Scene => ({ src, motion, startFrame, endFrame, text, words: spoken(startFrame, words) });

export const SCENES: readonly Scene[] = [
  scene([0, 62], 'demo/dawn.jpg', 'zoom-in', 'Morning comes over the mountains. 🌄', [
    ['Morning', 'mo ning'],
    ['comes', 'kam'],
    ['over', 'ou va'],
    ['the', 'da'],
    ['mountains', 'maun tens'],
  ]),
  scene([62, 124], 'demo/dunes.jpg', 'zoom-out', '沙丘在风中慢慢移动。', [
    ['沙丘', 'sha chiu'],
    ['在', 'zai'],
    ['风中', 'fang jun'],
    ['慢慢', 'man man'],
    ['移动', 'yi dun'],
  ]),
  scene([124, 186], 'demo/sea.jpg', 'zoom-in', 'The moon draws a road on the sea. 🌙', [
    ['The', 'da'],
    ['moon', 'mun'],
    ['draws', 'dro'],
    ['a', 'a'],
    ['road', 'roud'],
    ['on', 'on'],
    ['the', 'da'],
    ['sea', 'si'],
  ]),
  scene([186, 244], 'demo/aurora.mp4', null, '极光在夜空中跳舞。✨', [
    ['极光', 'ji guan'],
    ['在', 'zai'],
    ['夜空', 'ye kun'],
    ['中', 'jun'],
    ['跳舞', 'tiau wu'],
  ]),
  scene([244, FRAMES], 'demo/planet.jpg', 'zoom-in', 'Hello, 世界 👋🌍 你好, world!', [
    ['Hello', 'he lou'],
    ['世界', 'shi jie'],
    ['你好', 'ni hau'],
    ['world', 'wald'],
  ]),
];
