import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { encodePng } from '../../helpers/png.ts';
import { ask, finished, submit, type Answer, type Body } from './client.ts';
import { changed, ownPrefix, quick, type Graph } from './graphs.ts';
import { conformanceTarget } from './target.ts';

const target = conformanceTarget();
const view = (query: string, method = 'GET', headers: Record<string, string> = {}): Promise<Answer> =>
  ask(`${target()}/view?${query}`, method, undefined, headers);
const queryOf = ({ filename, subfolder, type }: Body): string =>
  new URLSearchParams({ filename, subfolder, type }).toString();

async function oneFile(graph: Graph, node: string, key = 'images'): Promise<Body> {
  const { outputs, status } = await finished(target(), await submit(target(), graph));
  expect(status.status_str).toBe('success');
  return outputs[node][key][0];
}

test('A file is served whole, in part, and as headers only.', async () => {
  const query = queryOf(await oneFile(quick(), '4'));
  const whole = await view(query);
  const size = Number(whole.headers.get('content-length'));
  expect(whole).toMatchObject({ status: 200, type: 'image/png' });
  expect(whole.headers.get('content-disposition')).toMatch(/^filename=".+_00001_\.png"$/);
  expect(whole.headers.get('accept-ranges')).toBe('bytes');
  expect(whole.headers.get('etag')).toMatch(/^"[0-9a-f]+-[0-9a-f]+"$/);
  expect(whole.headers.get('last-modified')).toMatch(/GMT$/);
  const head = await view(query, 'HEAD');
  expect([head.status, head.headers.get('content-length'), head.text]).toEqual([200, String(size), '']);
  const part = await view(query, 'GET', { Range: 'bytes=0-15' });
  expect([part.status, part.headers.get('content-range'), part.headers.get('content-length')]).toEqual([
    206,
    `bytes 0-15/${size}`,
    '16',
  ]);
});

test('Files that are not there, or that are not for everybody, are refused without a word.', async () => {
  const cases: [query: string, status: number][] = [
    ['filename=nothing.png&type=output', 404],
    ['filename=../x.png', 400],
    ['filename=/etc/hostname', 400],
    ['filename=x.png&subfolder=../..', 403],
    ['filename=x.png&type=elsewhere', 400],
    ['', 404],
  ];
  const answers = await Promise.all(cases.map(([query]) => view(query)));
  expect(answers.map(({ status, text }) => [status, text])).toEqual(cases.map(([, status]) => [status, '']));
});

test('Files of one prefix are numbered by what is there, and a batch is numbered on.', async () => {
  const prefix = ownPrefix();
  const name = prefix.split('/')[1];
  const first = await finished(target(), await submit(target(), changed(quick(prefix), '1', { batch_size: 2 })));
  expect(first.outputs['4'].images.map(({ filename }: Body) => filename)).toEqual([
    `${name}_00001_.png`,
    `${name}_00002_.png`,
  ]);
  expect((await oneFile(quick(prefix), '4')).filename).toBe(`${name}_00003_.png`);
});

test('A film is under `images`, with `animated` beside it.', async () => {
  const prefix = ownPrefix();
  const graph: Graph = {
    '1': { class_type: 'EmptyImage', inputs: { width: 64, height: 48, batch_size: 8, color: 9000 } },
    '2': { class_type: 'CreateVideo', inputs: { images: ['1', 0], fps: 8 } },
    '3': {
      class_type: 'SaveVideo',
      inputs: { video: ['2', 0], filename_prefix: prefix, format: 'mp4', codec: 'h264' },
    },
  };
  const { outputs } = await finished(target(), await submit(target(), graph));
  expect(outputs).toEqual({
    '3': {
      images: [{ filename: `${prefix.split('/')[1]}_00001_.mp4`, subfolder: 'conformance', type: 'output' }],
      animated: [true],
    },
  });
  const film = await view(queryOf(outputs['3'].images[0]));
  expect(film.type).toBe('video/mp4');
  const webm = await oneFile(changed(graph, '3', { format: 'webm', codec: undefined }), '3');
  expect(webm.filename).toMatch(/\.webm$/);
  const unknown = await finished(target(), await submit(target(), changed(graph, '3', { format: 'avi' })));
  expect(unknown.status.messages.at(-1)[1]).toMatchObject({
    node_id: '3',
    node_type: 'SaveVideo',
    exception_type: 'TypeError',
    exception_message: "SaveVideo.execute() missing 1 required positional argument: 'format'\n",
  });
});

test('Other kinds of output have their own keys.', async () => {
  const graph: Graph = {
    '1': { class_type: 'EmptyAudio', inputs: { duration: 1, sample_rate: 44_100, channels: 2 } },
    '2': { class_type: 'SaveAudioMP3', inputs: { audio: ['1', 0], filename_prefix: ownPrefix(), quality: 'V0' } },
    '3': { class_type: 'SaveAudio', inputs: { audio: ['1', 0], filename_prefix: ownPrefix() } },
    '4': { class_type: 'PrimitiveString', inputs: { value: 'hello' } },
    '5': { class_type: 'PreviewAny', inputs: { source: ['4', 0] } },
    '6': { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 1, color: 3 } },
    '7': { class_type: 'PreviewImage', inputs: { images: ['6', 0] } },
  };
  const id = await submit(target(), graph);
  const { outputs } = await finished(target(), id);
  expect(outputs['2'].audio[0].filename).toMatch(/_00001\.mp3$/);
  expect(outputs['3'].audio[0].filename).toMatch(/_00001\.flac$/);
  expect(outputs['5']).toEqual({ text: ['hello'] });
  expect(outputs['7'].images[0]).toMatchObject({
    subfolder: '',
    type: 'temp',
    filename: expect.stringMatching(/^ComfyUI_temp_[a-z]{5}_00001_\.png$/),
  });
  const { body: job } = await ask(`${target()}/api/jobs/${id}`);
  expect([job.outputs_count, job.previewable_outputs_count, job.preview_output.type]).toEqual([3, 3, 'output']);
});

test('A prefix that leaves the output folder is found out when the file is written.', async () => {
  const id = await submit(target(), changed(quick(), '4', { filename_prefix: '../../escape' }));
  const { status, outputs, meta } = await finished(target(), id);
  expect([status.status_str, status.completed, outputs, meta]).toEqual(['error', false, {}, {}]);
  const [name, data] = status.messages.at(-1);
  expect(name).toBe('execution_error');
  expect(data).toMatchObject({
    prompt_id: id,
    node_id: '4',
    node_type: 'SaveImage',
    exception_type: 'Exception',
    timestamp: expect.any(Number),
  });
  expect(Object.keys(data).toSorted()).toEqual(
    [
      'prompt_id',
      'node_id',
      'node_type',
      'executed',
      'exception_message',
      'exception_type',
      'traceback',
      'current_inputs',
      'current_outputs',
      'timestamp',
    ].toSorted(),
  );
  expect(data.executed.toSorted()).toEqual(['1', '2', '3']);
  expect(data.exception_message).toMatch(
    /^\*\*\*\* ERROR: Saving image outside the output folder is not allowed\.\n full_output_folder: .*\n {9}output_dir: .*\n/,
  );
  const { body: job } = await ask(`${target()}/api/jobs/${id}`);
  expect([job.status, job.execution_error]).toEqual(['failed', data]);
});

const PICTURES = [0, 200].map((value) => new Blob([new Uint8Array(encodePng(8, 8, new Uint8Array(192).fill(value)))]));

function upload(
  blob: Blob | undefined,
  name: string,
  more: Record<string, string> = {},
  field = 'image',
): Promise<Answer> {
  const form = new FormData();
  if (blob !== undefined) form.set(field, blob, name);
  for (const [key, value] of Object.entries(more)) form.set(key, value);
  return ask(`${target()}/upload/image`, 'POST', form);
}

test('An upload keeps its name; the same name with other bytes gets a number, and keeps that.', async () => {
  const [one, other] = PICTURES;
  const name = `${randomUUID()}.png`;
  const names = [];
  for (const blob of [one, one, other, other]) names.push((await upload(blob, name)).body);
  const numbered = name.replace('.png', ' (1).png');
  expect(names).toEqual(
    [name, name, numbered, numbered].map((given) => ({ name: given, subfolder: '', type: 'input' })),
  );
  expect((await upload(other, name, { overwrite: 'true' })).body.name).toBe(name);
});

test('An upload goes to the folder that it names, and is loaded from there.', async () => {
  const subfolder = `conformance/${randomUUID()}`;
  const { body } = await upload(PICTURES[0], 'u.png', { subfolder });
  expect(body).toEqual({ name: 'u.png', subfolder, type: 'input' });
  const graph = { ...quick(), '3': { class_type: 'LoadImage', inputs: { image: `${subfolder}/u.png` } } };
  await oneFile(graph, '4');
  const temp = await upload(PICTURES[1], `${randomUUID()}.png`, { type: 'temp' });
  expect(temp.body).toMatchObject({ subfolder: '', type: 'temp' });
  await oneFile({ ...quick(), '3': { class_type: 'LoadImage', inputs: { image: `${temp.body.name} [temp]` } } }, '4');
});

test('Uploads may be of any kind and have any letters in their names.', async () => {
  const name = `фото ä ${randomUUID()}.mp4`;
  expect((await upload(new Blob(['no film']), name)).body).toEqual({ name, subfolder: '', type: 'input' });
});

test('Uploads that leave the folder or have no file are refused.', async () => {
  const [blob] = PICTURES;
  const answers = [
    await upload(blob, 'u.png', { subfolder: '../../x' }),
    await upload(blob, 'u.png', { subfolder: '/etc' }),
    await upload(blob, '../../../evil.png'),
    await upload(undefined, '', { subfolder: 'x' }),
    await upload(blob, 'u.png', {}, 'file'),
    await ask(`${target()}/upload/image`, 'POST', '{"a":1}'),
    await upload(blob, 'u.png', { type: 'elsewhere' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400, 500]);
});

test('A picture that is none is found out when it is loaded.', async () => {
  const { body } = await upload(new Blob(['not a picture at all']), `${randomUUID()}.png`);
  const graph = { ...quick(), '3': { class_type: 'LoadImage', inputs: { image: body.name } } };
  const { status } = await finished(target(), await submit(target(), graph));
  expect(status.messages.at(-1)[1]).toMatchObject({
    node_id: '3',
    node_type: 'LoadImage',
    exception_type: 'PIL.UnidentifiedImageError',
  });
});
