export const FPS = 30;
export const FRAMES = 300;

const FRAMES_A_SYLLABLE = 5;
const LEAD_IN = 7;

/** A word as the synthetic voice says it. */
interface Word {
  /** Its syllables as they sound: consonants, vowels (two make a glide), consonants. */
  say: string;
  startFrame: number;
  endFrame: number;
}

/** Words one after another, each as long as its syllables need. */
function spoken(startFrame: number, ...words: readonly string[]): Word[] {
  let at = startFrame + LEAD_IN;
  return words.map((say) => {
    const begin = at;
    at += say.split(' ').length * FRAMES_A_SYLLABLE + 1;
    return { say, startFrame: begin, endFrame: at };
  });
}

/** What the synthetic voice says, line by line: in English, in Chinese and in both. */
export const LINES: readonly Word[][] = [
  spoken(0, 'mo ning', 'kam', 'ou va', 'da', 'maun tens'),
  spoken(62, 'sha chiu', 'zai', 'fang jun', 'man man', 'yi dun'),
  spoken(124, 'da', 'mun', 'dro', 'a', 'roud', 'on', 'da', 'si'),
  spoken(186, 'ji guan', 'zai', 'ye kun', 'jun', 'tiau wu'),
  spoken(244, 'he lou', 'shi jie', 'ni hau', 'wald'),
];
