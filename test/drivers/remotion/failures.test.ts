import { describe, expect, test } from 'vitest';
import { diskFullOf, failureOf } from '../../../src/drivers/remotion/failures.ts';

describe('What the renderer refuses for good', () => {
  test('is the input’s fault, and names the file as the client knows it.', () => {
    const error = failureOf(
      'Error: Error loading image with src: http://localhost:3000/public/assets/a%20b/%E5%9B%BE.png\n at x',
    );
    expect(error.code).toBe('render_rejected');
    expect(error.message).toMatch(/Error loading image with src: a b\/图\.png$/);
  });

  test.each([
    'Cannot decode "/public/assets/a.mov": it is encoded with Apple ProRes, which WebCodecs does not support natively.',
    'Command failed with exit code 1: ffprobe … moov atom not found',
    'Error while downloading http://localhost:3000/public/assets/a.mp3: status code of 404',
  ])('includes “%s”.', (message) => {
    expect(failureOf(message).code).toBe('render_rejected');
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
    expect(failureOf(message).code).toBe('render_failed');
  });

  test('has a short cause however long the report is.', () => {
    expect(failureOf('x'.repeat(10_000)).message.length).toBeLessThan(300);
  });
});

test('A full disk is said to be one, whoever found it out', () => {
  const full = 'ffmpeg ended by 228: [out#0/mp4] Error writing trailer: No space left on device';
  expect(failureOf(full).code).toBe('disk_full');
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', path: '/a/b' });
  expect(diskFullOf(error)).toMatchObject({ code: 'disk_full', message: expect.stringContaining('/a/b') });
  const other = new Error('something else');
  expect(diskFullOf(other)).toBe(other);
});
