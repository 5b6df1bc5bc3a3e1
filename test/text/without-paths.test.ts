import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, open, readdir, realpath, rename, stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { AppError, type ErrorCode, ERRORS, messageOf } from '../../src/errors.ts';
import { withoutPaths } from '../../src/text/without-paths.ts';

const thrownBy = (run: () => Promise<unknown>): Promise<unknown> =>
  run().then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

test.each<[string, () => Promise<unknown>]>([
  ['open', () => open('/secret-place/a b.txt')],
  ['stat', () => stat("/secret-place/it's 'here'.txt")],
  ['readdir', () => readdir('/secret-place')],
  ['realpath', () => realpath('/secret-place/a')],
  ['mkdir', () => mkdir('/proc/secret-place/a')],
  ['rename', () => rename('/secret-place/a', '/secret-place/b')],
  ['copyFile', () => copyFile('/secret-place/a', '/secret-place/b')],
  ['a long name', () => open(`/secret-place/${'x'.repeat(5000)}`)],
  ['spawn', () => once(spawn('/secret-place/bin dir/ffmpeg'), 'spawn')],
])('No error of the catalogue contains a path of the server: %s', async (_, run) => {
  const cause = await thrownBy(run);
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    const error = new AppError(code, messageOf(cause), { cause, fields: [{ path: 'a', message: messageOf(cause) }] });
    expect(JSON.stringify([error.body, error.fields])).not.toContain('secret-place');
    expect(error.message).toMatch(/\bE[A-Z]+\b/);
    expect(messageOf(error.cause)).toContain('secret-place');
  }
});

test('Paths that a client sent stay', () => {
  const said = 'payload.src: no such file, output/a.png; GET /templates lists them';
  expect(new AppError('asset_missing', said).message).toContain(said);
});

/** As ffmpeg, Python, engines and operating systems wrote them. */
test.each<[string, string]>([
  ['[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55d0c8a0b2c0] moov atom not found', '[mov,mp4,m4a,3gp,3g2,mj2] moov atom not found'],
  ['/srv/films/assets/a b.mp4: Invalid data found', '…/a b.mp4: Invalid data found'],
  ['[in#0 @ 0x5] Error opening input file /mnt/nas/x.mp4.', '[in#0] Error opening input file …/x.mp4.'],
  [
    'Traceback (most recent call last):\n  File "/home/ai/ComfyUI/execution.py", line 496, in execute',
    'Traceback (most recent call last):\n  File "…/execution.py", line 496, in execute',
  ],
  [
    "FileNotFoundError: [Errno 2] No such file or directory: '/home/ai/ComfyUI/models/vae/ae.safetensors'",
    "FileNotFoundError: [Errno 2] No such file or directory: '…/ae.safetensors'",
  ],
  ["[Errno 13] Permission denied: '/root/.cache'", "[Errno 13] Permission denied: '…/.cache'"],
  ['<PIL.Image.Image object at 0x7f3c2c1d9e50> is no tensor', '<PIL.Image.Image object> is no tensor'],
  ['cannot load C:\\Users\\Ann\\ComfyUI\\models\\ae.safetensors now', 'cannot load …/ae.safetensors now'],
  ["open 'D:/ComfyUI/output/x.png' failed", "open '…/x.png' failed"],
  ['\\\\nas\\share\\films\\x.mp4 is locked', '…/x.mp4 is locked'],
  ["EPERM: operation not permitted, open 'C:\\srv\\a b.png'", 'EPERM: operation not permitted, open'],
  ['at file:///app/dist/src/worker.js:12:3', 'at …/worker.js:12:3'],
  ['ASSET=/volume1/media/films/x.mp4, twice', 'ASSET=…/x.mp4, twice'],
  ['no space left on device (/var/lib/assets/work)', 'no space left on device (…/work)'],
  ['CUDA error at 0x7f00deadbeef in /opt/conda/lib/python3.11/site-packages/torch/x.py', 'CUDA error in …/x.py'],
])('No error of the catalogue contains a path or a memory address: %s', (raw, told) => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    const { message, fields } = new AppError(code, raw, { fields: [{ path: 'a', message: raw }] });
    expect(message).toBe(`${ERRORS[code].message}: ${told}`);
    expect(fields[0]?.message).toBe(told);
  }
});

test.each([
  'it goes to POST /submit_pipeline; GET /voices lists them',
  'POST /tasks/0b7f6c1e-52a5-4c58-b7a5-1f3f0a8f9d11/retry runs it again',
  'http://127.0.0.1:8188/api/jobs/one/two: HTTP 502',
  'the file /assets/output/film.mp4 is there already',
  'expected 24/25/30 or N/A, w/h of 16/9 (1/2/3/4)',
  'this model is called flux\\dev.safetensors here',
  'colour 0xff0000ff, error 0x80070005, code 0xC0000005',
  'outputs/a/b/c.png',
  'at 12:30: a/b/c',
])('Text that is neither path nor address stays: %s', (text) => {
  expect(new AppError('asset_missing', text).message).toBe(`${ERRORS.asset_missing.message}: ${text}`);
});

test('Paths are looked for in a time that does not grow faster than the text', () => {
  for (const part of ['/a', ' /a', '/home/', '(/a(', 'C:\\a\\', '\\\\', "'/a'", '0x', ' @ 0x', 'E: a, b '])
    expect(withoutPaths(part.repeat(100_000 / part.length)).length).toBeLessThan(200_000);
});
