import { describe, expect, test } from 'vitest';
import { diskFullOf, failureOf } from '../../../src/drivers/remotion/failures.ts';

/** What was being written. */
const FILE = '/assets/work/task/chunks/.a.mp4';

describe('What the renderer refuses for good', () => {
  test('is the input’s fault, and names the file as the client knows it.', () => {
    const error = failureOf(
      'Error: Error loading image with src: http://0123456789abcdef0123456789abcdef.localhost:3000/public/assets/a%20b/%E5%9B%BE.png\n at x',
      FILE,
    );
    expect(error.code).toBe('render_rejected');
    expect(error.message).toMatch(/Error loading image with src: a b\/图\.png$/);
  });

  test.each([
    'Cannot decode "/public/assets/a.mov": it is encoded with Apple ProRes, which WebCodecs does not support natively.',
    'Command failed with exit code 1: ffprobe … moov atom not found',
    'Error while downloading http://0123456789abcdef0123456789abcdef.localhost:3000/public/assets/a.mp3: status code of 404',
  ])('includes “%s”.', (message) => {
    expect(failureOf(message, FILE).code).toBe('render_rejected');
  });
});

describe('What may pass', () => {
  test.each([
    'A delayRender() "Loading <Img>" was called but not cleared after 58000ms.',
    'Target closed',
    'write EPIPE',
    'Cannot decode frame: the page crashed',
    'something nobody has seen yet',
  ])('is tried again: “%s”.', (message) => {
    expect(failureOf(message, FILE).code).toBe('render_failed');
  });

  test('names a file as the client knows it, and no address of ours.', () => {
    const inner = 'http://0123456789abcdef0123456789abcdef.localhost:4000/public/assets/a%20b/film.mp4';
    const message = `Error: Failed to fetch http://localhost:4000/proxy?src=${encodeURIComponent(inner)}&time=0&transparent=true. This could be caused by Chrome rejecting the request.`;
    expect(failureOf(message, FILE).message).toMatch(/Failed to fetch a b\/film\.mp4\.?$/);
  });

  test('has a short cause however long the report is.', () => {
    expect(failureOf('x'.repeat(10_000), FILE).message.length).toBeLessThan(300);
  });
});

test('A full disk is reported as such, whichever program finds it', () => {
  const full = 'ffmpeg ended by 228: [out#0/mp4] Error writing trailer: No space left on device';
  expect(failureOf(full, FILE)).toMatchObject({ code: 'disk_full', logged: expect.stringContaining(FILE) });
  const elsewhere = "Error: ENOSPC: no space left on device, open '/tmp/x'";
  expect(failureOf(elsewhere, FILE)).toMatchObject({ code: 'disk_full', logged: expect.stringContaining('/tmp/x') });
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', path: '/a/b' });
  expect(diskFullOf(error, '/work')).toMatchObject({ code: 'disk_full', message: expect.stringContaining('/a/b') });
  const nameless = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  expect(diskFullOf(nameless, '/work')).toMatchObject({ message: expect.stringContaining('/work') });
  const other = new Error('something else');
  expect(diskFullOf(other, '/work')).toBe(other);
});
