import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, open, readdir, realpath, rename, stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { AppError, type ErrorCode, ERRORS, messageOf } from '../../src/errors.ts';

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
])('No error of the catalogue tells a path of the server: %s', async (_, run) => {
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
