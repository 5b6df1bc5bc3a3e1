import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runFfmpeg } from '../../../../src/assets/ffmpeg.ts';
import { createApi } from '../../../../src/drivers/comfyui/client/api.ts';
import { createHttp } from '../../../../src/drivers/comfyui/client/http.ts';
import { allowedTime } from '../../../../src/drivers/comfyui/client/transfer-speed.ts';
import { fetchFiles } from '../../../../src/drivers/comfyui/results/fetch-files.ts';
import { type ComfyuiTimings, DEFAULT_TIMINGS } from '../../../../src/drivers/comfyui/timings.ts';
import type { AppError } from '../../../../src/errors.ts';
import { encodePng } from '../../../helpers/png.ts';
import { createLines } from '../../../helpers/lines.ts';
import { scratchFolder } from '../../../helpers/scratch.ts';

type Respond = (response: ServerResponse, call: number) => void;

/** Fetches one file of this name from a server that answers `/view` in its own way. */
async function rig(respond: Respond, timings: Partial<ComfyuiTimings> = {}) {
  let calls = 0;
  const server = createServer((_request, response) => respond(response, ++calls));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  const { port } = server.address() as AddressInfo;
  const http = createHttp({ url: `http://127.0.0.1:${port}` });
  const quick = { ...DEFAULT_TIMINGS, poll: 20, away: 200, transfer: 2000, ...timings };
  const { logger } = createLines();
  const context = {
    http,
    api: createApi(http, quick),
    timings: quick,
    logger,
    assetRoot: '/',
    previewMethod: 'none' as const,
    restart: () => Promise.resolve(false),
  };
  const outputDir = path.join(await scratchFolder(), 'output');
  const get = (filename: string, signal = new AbortController().signal) =>
    fetchFiles(
      context,
      [{ node: '9', filename, subfolder: '', type: 'output' }],
      { outputDir, taskId: 'task' },
      signal,
    );
  return { get, calls: () => calls };
}

const answer =
  (body: Buffer | string, type = 'application/octet-stream', more: Record<string, string> = {}): Respond =>
  (response) => {
    const bytes = Buffer.from(body);
    response.writeHead(200, { 'content-type': type, 'content-length': bytes.length, ...more });
    response.end(bytes);
  };

/** Seconds of a noise that does not compress away. */
const noise = (seconds: number): Buffer =>
  Buffer.concat(
    Array.from({ length: 10 * seconds }, (_, frame) => {
      const rgb = Uint8Array.from({ length: 64 * 48 * 3 }, (__, at) => ((at + 7 * frame) * 2_654_435_761) >>> 24);
      return encodePng(64, 48, rgb);
    }),
  );
const SQUARE = '-f image2pipe -c:v png -framerate 10 -i -';
const TONE = '-f lavfi -i sine=f=440:d=1';
const made = new Map<string, Promise<Buffer>>();
const make = (args: string): Promise<Buffer> => {
  const bytes = made.get(args) ?? runFfmpeg([...args.split(' '), '-'], noise(1));
  made.set(args, bytes);
  return bytes;
};
const png = () => make(`${SQUARE} -frames:v 1 -f image2pipe -c:v png`);
const jpeg = () => make(`${SQUARE} -frames:v 1 -f image2pipe -c:v mjpeg`);
const gif = () => make(`${SQUARE} -f gif`);
const mp4 = () => make(`${SQUARE} -c:v libx264 -pix_fmt yuv420p -movflags frag_keyframe+empty_moov -f mp4`);
const webm = () => make(`${SQUARE} ${TONE} -c:v libvpx -pix_fmt yuv420p -c:a libopus -f webm`);
const mp3 = () => make(`${TONE} -c:a libmp3lame -f mp3`);
const m4a = () => make(`${TONE} -c:a aac -movflags frag_keyframe+empty_moov -f mp4`);

const fixture = (name: string) => () => readFile(new URL(`../../../fixtures/pictures/${name}`, import.meta.url));

const PAGE = '<!DOCTYPE html><html><head><title>Sign in</title></head><body></body></html>';
const text = (value: string) => () => Promise.resolve(Buffer.from(value));

test.each([
  ['a.png', text(PAGE), 'received an HTML page instead of a picture'],
  ['a.mp4', text(PAGE), 'received an HTML page instead of a film'],
  ['a.flac', text('{"error": "not signed in"}'), 'received JSON instead of a sound'],
  ['a.webp', text('404: Not Found'), 'received text instead of a picture'],
  ['a.glb', text(PAGE), 'received an HTML page instead of a file'],
  ['a.json', text(PAGE), 'received an HTML page instead of a file'],
  ['a.safetensors', text('Bad Gateway'), 'received text instead of a file'],
  ['a.mp4', png, 'received a PNG picture instead of a film'],
  ['a.wav', jpeg, 'received a JPEG picture instead of a sound'],
  ['a.png', webm, 'received a film instead of a picture'],
  ['a.png', mp3, 'received a sound instead of a picture'],
  ['a.mp4', m4a, 'received a sound instead of a film'],
  ['a.mp3', webm, 'received a film instead of a sound'],
  ['a.jpg', text('%PDF-1.7\n'), 'received a PDF document instead of a picture'],
  ['a.mp4', text('#EXTM3U\nhttp://a/b.ts'), 'received a list of other files instead of a film'],
])('%s is requested again, and finally refused, if other content arrives instead', async (name, body, said) => {
  const { get, calls } = await rig(answer(await body()));
  await expect(get(name)).rejects.toMatchObject({
    code: 'comfyui_failed',
    message: expect.stringContaining(`${said} (${name})`) as string,
  });
  expect(calls()).toBeGreaterThan(1);
});

test.each([
  ['nothing', 'a.png', () => Promise.resolve(Buffer.alloc(0)), 'is empty'],
  ['nothing', 'a.txt', () => Promise.resolve(Buffer.alloc(0)), 'is empty'],
  ['zeros', 'a.mp4', () => Promise.resolve(Buffer.alloc(5000)), 'no known format'],
  ['half a PNG', 'a.png', async () => (await png()).subarray(0, 300), 'cut off'],
  ['half a JPEG', 'a.jpg', async () => (await jpeg()).subarray(0, 900), 'cut off'],
  ['a film without an index', 'a.mp4', text('\0\0\0\x18ftypisom\0\0\0\0isomiso2'), 'cut off'],
])('A file that contains %s is useless, and its prompt runs again', async (_, name, body, said) => {
  const { get } = await rig(answer(await body()));
  await expect(get(name)).rejects.toMatchObject({
    code: 'comfyui_output_lost',
    message: expect.stringContaining(said) as string,
  });
});

const IMAGE = { kind: 'image', width: 64, height: 48 };
const VIDEO = { kind: 'video', width: 64, height: 48 };

test.each([
  ['a.png', png, IMAGE],
  ['a.png', jpeg, IMAGE],
  ['a.jpg', gif, IMAGE],
  ['a.mp4', mp4, { ...VIDEO, durationSeconds: 1 }],
  ['a.mp4', webm, VIDEO],
  ['a.webm', gif, { ...VIDEO, durationSeconds: 1 }],
  ['a.flac', mp3, { kind: 'audio' }],
  ['a.mp3', m4a, { kind: 'audio' }],
  ['a.png', fixture('animated.webp'), { kind: 'image', width: 24, height: 16 }],
  ['a.mp4', fixture('animated.webp'), { kind: 'video', width: 24, height: 16 }],
  ['a.gif', fixture('animated.png'), { kind: 'image' }],
  ['a.webp', fixture('animated.avif'), { kind: 'image' }],
  ['a.exr', text('v/1\x01\x02\0\0\0'), { kind: 'image' }],
  ['a.svg', text('<svg width="3"></svg>'), { kind: 'image' }],
  ['a.txt', text('a sea of words'), { kind: 'text' }],
  ['a.txt', text(PAGE), { kind: 'text' }],
  ['a.html', text(PAGE), { kind: 'other' }],
  ['a.json', text('{"a": 1}'), { kind: 'text' }],
  ['a.obj', text('v 0 0 0\n'), { kind: '3d' }],
  ['a.glb', text('glTF\x02\0\0\0'), { kind: '3d' }],
  ['a.safetensors', text('\x10\0\0\0\0\0\0\0{"a":{}}'), { kind: 'other' }],
  ['a.latent', text('\x10\0\0\0\0\0\0\0{"a":{}}'), { kind: 'other' }],
  ['result', text('{"a": 1}'), { kind: 'other' }],
])('%s may be of any form of its kind', async (name, body, wanted) => {
  const bytes = await body();
  const { get, calls } = await rig(answer(bytes));
  const [file] = await get(name);
  expect(file).toMatchObject({ ...wanted, filename: name, sizeBytes: bytes.length });
  expect(await readFile(file?.file ?? '')).toEqual(bytes);
  expect(calls()).toBe(1);
});

test('A page that declares itself is refused even where a text is expected', async () => {
  const { get } = await rig(answer(PAGE, 'text/html; charset=utf-8'));
  await expect(get('a.txt')).rejects.toMatchObject({ code: 'comfyui_failed' });
});

test('A file that a proxy compressed is refused', async () => {
  const { get } = await rig(answer('x', 'text/plain', { 'content-encoding': 'gzip' }));
  await expect(get('a.txt')).rejects.toMatchObject({ message: expect.stringContaining('compressed') as string });
});

test('Odd answers have no effect if the right one follows', async () => {
  const bytes = await png();
  const odd: Respond[] = [
    answer(PAGE, 'text/html'),
    answer(''),
    answer(bytes.subarray(0, 200)),
    (response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 100), () => response.socket?.destroy());
    },
    (response) => {
      response.writeHead(200);
      response.write(bytes.subarray(0, 100), () => response.socket?.destroy());
    },
  ];
  const { get, calls } = await rig((response, call) => (odd[call - 1] ?? answer(bytes))(response, call), {
    away: 10_000,
  });
  expect((await get('a.png')).map(({ sizeBytes }) => sizeBytes)).toEqual([bytes.length]);
  expect(calls()).toBe(odd.length + 1);
});

test.each([
  ['a declared length', { 'content-length': '5000' }],
  ['chunks', {}],
])('A download with %s that is cut off is an error of the connection', async (_, headers) => {
  const { get, calls } = await rig((response) => {
    response.writeHead(200, headers);
    response.write('some words', () => response.socket?.destroy());
  });
  await expect(get('a.txt')).rejects.toMatchObject({ code: 'comfyui_lost' });
  expect(calls()).toBeGreaterThan(1);
});

test('A film that was cut off is found by its bytes where its answer declares no end', async () => {
  const file = path.join(await scratchFolder(), 'a.mp4');
  await runFfmpeg(`${SQUARE} -g 5 -c:v libx264 -pix_fmt yuv420p -movflags +faststart ${file}`.split(' '), noise(8));
  const film = await readFile(file);
  for (const [share, wanted] of [
    [0.7, { code: 'comfyui_output_lost' }],
    [1, [{ kind: 'video', durationSeconds: 8 }]],
  ] as const) {
    const body = film.subarray(0, film.length * share);
    const { get } = await rig((response) => {
      response.socket?.end(Buffer.concat([Buffer.from('HTTP/1.0 200 OK\r\n\r\n'), body]));
    });
    expect(await get('a.mp4').catch((error: AppError) => error)).toMatchObject(wanted);
  }
});

const drip: Respond = (response) => {
  response.writeHead(200, { 'content-type': 'image/png' });
  const timer = setInterval(() => response.write('\x89'), 5);
  response.once('close', () => clearInterval(timer));
};

test('A download that trickles ends, however steadily it comes', async () => {
  const { get } = await rig(drip, { transfer: 150 });
  const error = await get('a.png').catch((reason: AppError) => reason);
  expect(error).toMatchObject({ code: 'comfyui_lost', message: expect.stringContaining('too slowly') as string });
});

test('A cancel ends a download that trickles at once', async () => {
  const cancel = new AbortController();
  const { get } = await rig((response, call) => {
    drip(response, call);
    cancel.abort(new Error('cancelled'));
  });
  await expect(get('a.png', cancel.signal)).rejects.toThrow('cancelled');
});

test('The time limit of a download grows with the received bytes', () => {
  expect(allowedTime(0, 60_000)).toBe(60_000);
  expect(allowedTime(32 * 1024 * 3600, 60_000)).toBe(3_660_000);
});
