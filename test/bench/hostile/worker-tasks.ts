import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A task that is accepted and keeps a careless worker busy. */
export interface HostileTask {
  name: string;
  body: object;
}

const repeat = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const film = (timeline: object): object => ({
  task_type: 'remotion_render',
  payload: { timeline: { width: 64, height: 64, durationInFrames: 10, ...timeline } },
});

/** Each `use` draws the one before it ten times. */
const BOMB = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><defs><g id="a0"><rect width="9" height="9"/></g>${repeat(
  9,
  (level) => `<g id="a${level + 1}">${`<use href="#a${level}"/>`.repeat(10)}</g>`,
).join('')}</defs><use href="#a9"/></svg>`;
const DEEP = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">${'<g>'.repeat(100_000)}${'</g>'.repeat(100_000)}</svg>`;
const WIDE = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><path d="${'M0 0L9 9'.repeat(300_000)}"/></svg>`;

/** Puts the files that the tasks name below ASSET_PATH. */
export async function writeHostileFiles(assetRoot: string): Promise<void> {
  for (const [name, content] of Object.entries({ bomb: BOMB, deep: DEEP, wide: WIDE }))
    await writeFile(path.join(assetRoot, `${name}.svg`), content);
  const cues = repeat(9900, (index) => `${index}\n00:00:00,000 --> 00:00:00,300\n<b>${'x '.repeat(10)}</b>\n`);
  await writeFile(path.join(assetRoot, 'cues.srt'), cues.join('\n'));
}

export const hostileTasks = (): HostileTask[] => [
  {
    name: 'karaoke captions of 5,000 characters',
    body: film({
      subtitleStyle: 'karaoke',
      subtitles: repeat(30, () => ({ text: 'word '.repeat(999), startFrame: 0, endFrame: 9 })),
    }),
  },
  {
    name: 'captions of ideographs that no font has',
    body: film({
      subtitles: repeat(100, (index) => ({
        text: String.fromCodePoint(...repeat(2000, (at) => 0x2_00_00 + ((index * 2000 + at) % 42_000))),
        startFrame: 0,
        endFrame: 9,
      })),
    }),
  },
  { name: 'a file of 9,900 cues', body: film({ subtitles: { src: 'cues.srt' } }) },
  { name: '9,000 clips', body: film({ clips: repeat(9000, () => ({ type: 'color', color: 'red', startFrame: 0 })) }) },
  ...['bomb', 'deep', 'wide'].map((name) => ({
    name: `an SVG that is ${name}`,
    body: film({ clips: [{ type: 'image', src: `${name}.svg` }] }),
  })),
  {
    name: 'a message of 30,000 spaces',
    body: {
      task_type: 'comfyui',
      payload: { workflow: { 1: { class_type: `a${' '.repeat(30_000)}b`, inputs: {} } } },
    },
  },
  {
    name: 'a script of 100,000 ideographs',
    body: { task_type: 'cosyvoice', payload: { text: '语'.repeat(100_000), voice_id: 'luna' } },
  },
  {
    name: 'a script of blanks and line ends',
    body: { task_type: 'cosyvoice', payload: { text: `a.${' \n'.repeat(49_000)}b.`, voice_id: 'luna' } },
  },
];
