import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { addVoice } from '../../src/voices/add-voice.ts';
import { formerFolder, incomingFolder, leavingFolder } from '../../src/voices/tidy-voices.ts';
import { createVoiceLibrary, type VoiceLibrary } from '../../src/voices/voice-library.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { newVoice, recording } from './rig.ts';

const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;

/** A library with one voice, whose clock may be later. */
async function rig() {
  const root = await scratchFolder();
  const folder = path.join(root, 'voices');
  await mkdir(folder);
  const file = path.join(root, 'luna.wav');
  await writeFile(file, recording(6));
  const luna = { recording: { file, name: 'a.wav' }, replace: true };
  await addVoice(root, newVoice({ ...luna, transcript: 'Former words.' }));
  const base = path.join(folder, 'luna');
  const after = (ms: number): VoiceLibrary => createVoiceLibrary({ root, aliases: [] }, () => Date.now() + ms);
  return { root, folder, base, luna, after, names: () => readdir(folder) };
}

const asks: [what: string, ask: (voices: VoiceLibrary) => Promise<unknown>][] = [
  ['looks for it', (voices) => voices.find('luna')],
  ['lists all voices', (voices) => voices.list()],
  ['asks for all names', (voices) => voices.ids()],
];

test.each(asks)(
  'A voice whose replacement was killed between its two steps is back when somebody %s',
  async (_, ask) => {
    const { root, base, after, names } = await rig();
    await mkdir(incomingFolder(root));
    await rename(base, formerFolder(root, 'luna'));
    await ask(after(10 * SECOND_MS));
    expect(await after(0).find('luna')).toMatchObject({ transcript: 'Former words.' });
    // A large voice may still be on its way.
    expect((await names()).filter((name) => name.startsWith('.'))).toHaveLength(1);
    await ask(after(2 * HOUR_MS));
    await after(2 * HOUR_MS).ids();
    expect(await names()).toEqual(['luna']);
  },
);

test('A voice whose replacement was killed can be replaced, and deleted', async () => {
  const { root, base, luna, after, names } = await rig();
  await rename(base, formerFolder(root, 'luna'));
  await after(10 * SECOND_MS).add(newVoice({ ...luna, transcript: 'New words.' }));
  expect(await after(0).find('luna')).toMatchObject({ transcript: 'New words.' });
  expect(await names()).toEqual(['luna']);
  await rename(base, formerFolder(root, 'luna'));
  expect(await after(10 * SECOND_MS).remove('luna')).toBe(true);
  expect(await names()).toEqual([]);
});

test('What a replacement or a deletion left behind its end is removed, and the new voice stays', async () => {
  const { root, base, luna, after, names } = await rig();
  await rename(base, formerFolder(root, 'luna'));
  await addVoice(root, newVoice({ ...luna, transcript: 'New words.' }));
  for (const folder of [leavingFolder(root), incomingFolder(root), path.join(root, 'voices', '.former-1')]) {
    await mkdir(folder);
    await writeFile(path.join(folder, 'reference.wav'), recording(6));
  }
  await after(10 * SECOND_MS).ids();
  expect((await names()).filter((name) => name.startsWith('.'))).toHaveLength(3);
  await after(2 * HOUR_MS).ids();
  expect(await names()).toEqual(['luna']);
  expect(await after(0).find('luna')).toMatchObject({ transcript: 'New words.' });
});

test('A replacement that is under way is left alone', async () => {
  const { root, base, after, names } = await rig();
  await rename(base, formerFolder(root, 'luna'));
  await after(0).ids();
  expect(await names()).toEqual([expect.stringMatching(/^\.former-/)]);
  expect(await after(0).find('luna')).toBeUndefined();
});
