import { expect, test } from 'vitest';
import { filmPath } from '../../src/prepare/film-path.ts';
import { speechOutput } from '../../src/prepare/speech-output.ts';

const assets = { root: '/srv/assets', aliases: [{ from: '/opt/assets', to: '' }] };

test.each([
  ['work', 'work'],
  ['Voices', 'Voices'],
  ['fetched', 'fetched'],
  ['output', 'output'],
  ['/assets/uploads', 'uploads'],
])('A result with the name of the folder %s gets an extension, and so takes no place of a folder', (wanted, name) => {
  expect(filmPath(assets, 'id', { output_path: wanted }, 'mp4')).toMatchObject({ value: `${name}.mp4` });
  expect(speechOutput(assets, 'id', { output_path: wanted })).toMatchObject({ path: `${name}.wav` });
});

test.each(['work/film', 'Voices/luna', '/assets/fetched/0.mp4', 'work/a/b.wav'])(
  'No result may be made at %s, in a folder of the middleware',
  (wanted) => {
    const refusal = { message: expect.stringContaining('outside work/') as string };
    expect(filmPath(assets, 'id', { output_path: wanted }, 'mp4').errors).toMatchObject([refusal]);
    expect(speechOutput(assets, 'id', { output_path: wanted }).errors).toMatchObject([refusal]);
  },
);
