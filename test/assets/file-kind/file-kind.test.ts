import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runFfmpeg } from '../../../src/assets/ffmpeg.ts';
import { HEAD_BYTES, kindOf, kindOfFile } from '../../../src/assets/file-kind/file-kind.ts';
import { foreignFile, foreignStream } from '../../../src/assets/foreign-media.ts';
import { parseWav } from '../../../src/assets/wav.ts';
import { encodeSilentFlac } from '../../../src/simulators/comfyui/media/flac.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const TONE = '-f lavfi -i sine=f=440:r=44100:d=1';
const fixture = fileURLToPath(new URL('../../fixtures/pictures/alpha.png', import.meta.url));
const PICTURE = `-loop 1 -framerate 10 -t 1 -f image2 -i file:${fixture}`;

/** What is made by the bundled ffmpeg with which arguments, and what it is. */
const MADE: readonly [string, string, string][] = [
  ['an MP3 with an ID3 tag', `${TONE} -c:a libmp3lame -id3v2_version 3 -metadata title=T -f mp3`, 'mp3'],
  ['bare MP3 frames', `${TONE} -c:a libmp3lame -id3v2_version 0 -write_xing 0 -f mp3`, 'mp3'],
  ['an MP3 of 8 kHz at a changing rate', `${TONE} -ar 8000 -c:a libmp3lame -q:a 5 -id3v2_version 0 -f mp3`, 'mp3'],
  [
    'an MP3 of 24 kHz with an ID3v1 tag',
    `${TONE} -ar 24000 -c:a libmp3lame -id3v2_version 0 -write_id3v1 1 -f mp3`,
    'mp3',
  ],
  ['AAC in ADTS', `${TONE} -c:a aac -f adts`, 'aac'],
  ['an M4A', `${TONE} -c:a aac -f mp4`, 'mov'],
  ['an MP4', `${PICTURE} ${TONE} -c:v libx264 -c:a aac -f mp4`, 'mov'],
  ['a QuickTime film', `${PICTURE} -c:v prores_ks -f mov`, 'mov'],
  ['a WebM', `${PICTURE} ${TONE} -c:v libvpx -pix_fmt yuv420p -c:a libopus -f webm`, 'matroska'],
  ['a Matroska', `${PICTURE} -c:v libx264 -f matroska`, 'matroska'],
  ['an AVI', `${PICTURE} -c:v mjpeg -f avi`, 'avi'],
  ['a transport stream', `${PICTURE} -c:v libx264 -f mpegts`, 'mpegts'],
  ['Ogg', `${TONE} -c:a libopus -f ogg`, 'ogg'],
  ['a WAV', `${TONE} -c:a pcm_s16le -f wav`, 'wav'],
  ['an RF64', `${TONE} -c:a pcm_s24le -rf64 always -f wav`, 'wav'],
];

async function made(folder: string, args: string): Promise<string> {
  const file = path.join(folder, 'made');
  await runFfmpeg([...args.split(' '), `file:${file}`]);
  return file;
}

test.each(MADE)(
  '%s is known by its bytes alone, as a file and in memory, and opens as that',
  async (_, args, demuxer) => {
    const file = await made(await scratchFolder(), args);
    const bytes = await readFile(file);
    expect(await kindOfFile(file)).toEqual({ family: 'media', demuxer });
    expect(kindOf(bytes)).toEqual({ family: 'media', demuxer });
    expect(kindOf(bytes.subarray(0, HEAD_BYTES))).toEqual({ family: 'media', demuxer });
    if (demuxer !== 'mov')
      await runFfmpeg([...foreignStream(demuxer as 'mp3'), '-c', 'copy', '-f', 'null', '-'], bytes);
    await runFfmpeg([...foreignFile(file, demuxer as 'mp3'), '-c', 'copy', '-f', 'null', '-']);
  },
);

/** An ID3v2.4 tag of so many bytes behind its header. */
function tag(bytes: number): Buffer {
  const size = [21, 14, 7, 0].map((shift) => (bytes >> shift) & 127);
  return Buffer.concat([Buffer.from('ID3\x04\0\0', 'latin1'), Buffer.from(size), Buffer.alloc(bytes)]);
}

const FLAC = encodeSilentFlac(48_000, 48_000, 1);

test.each([0, 10, 1500, 400_000])('What stands behind an ID3 tag of %i bytes decides', async (bytes) => {
  const folder = await scratchFolder();
  const aac = await readFile(await made(folder, `${TONE} -c:a aac -f adts`));
  const mp3 = await readFile(await made(folder, `${TONE} -c:a libmp3lame -id3v2_version 0 -f mp3`));
  const sounds = [
    ['aac', aac],
    ['flac', FLAC],
    ['mp3', mp3],
    ['mp3', Buffer.concat([Buffer.alloc(900), mp3])],
    ['aac', Buffer.concat([tag(20), aac])],
  ] as const;
  for (const [demuxer, sound] of sounds) {
    const file = path.join(folder, 'tagged');
    await writeFile(file, Buffer.concat([tag(bytes), sound]));
    expect(await kindOfFile(file)).toEqual({ family: 'media', demuxer });
    expect(kindOf(await readFile(file))).toEqual({ family: 'media', demuxer });
    const wav = await runFfmpeg([...foreignFile(file, demuxer), '-f', 'wav', '-']);
    expect(parseWav(wav)?.data.length).toBeGreaterThan(80_000);
  }
});

test.each([
  '#EXTM3U\n#EXTINF:1,\n/etc/hostname\n',
  'ffconcat version 1.0\nfile /etc/hostname\n',
  '<svg/>',
  'words',
  '',
])('An ID3 tag does not turn %j into a sound', async (text) => {
  const file = path.join(await scratchFolder(), 'a.mp3');
  await writeFile(file, Buffer.concat([tag(30), Buffer.from(text)]));
  expect(await kindOfFile(file)).toEqual({ family: 'unknown' });
  expect(kindOf(await readFile(file))).toEqual({ family: 'unknown' });
});

test('A file that is shorter than its tag claims is unknown', async () => {
  const file = path.join(await scratchFolder(), 'a.mp3');
  await writeFile(file, Buffer.concat([Buffer.from('ID3\x04\0\0\x7f\x7f\x7f\x7f', 'latin1'), FLAC]));
  expect(await kindOfFile(file)).toEqual({ family: 'unknown' });
});

test('A recording of radio that begins in the middle of a frame is known', async () => {
  const folder = await scratchFolder();
  const mp3 = await readFile(await made(folder, `${TONE} -c:a libmp3lame -b:a 320k -id3v2_version 0 -f mp3`));
  const aac = await readFile(await made(folder, `${TONE} -c:a aac -f adts`));
  expect(kindOf(mp3.subarray(700))).toEqual({ family: 'media', demuxer: 'mp3' });
  expect(kindOf(aac.subarray(50))).toEqual({ family: 'media', demuxer: 'aac' });
});

/** 96 kbit/s at 48 kHz and stereo: 384 bytes a frame. */
const ac3Frame = Buffer.from(`0b7700000c40${'00'.repeat(378)}`, 'hex');
const eac3Frame = Buffer.from(`0b77007f3f80${'00'.repeat(250)}`, 'hex');

test.each([
  ['ac3', ac3Frame],
  ['eac3', eac3Frame],
])('Frames of %s are told apart', (demuxer, frame) => {
  expect(kindOf(Buffer.concat([frame, frame, frame, frame]))).toEqual({ family: 'media', demuxer });
  expect(kindOf(Buffer.from('\x0bw and more'))).toEqual({ family: 'unknown' });
});

test.each([
  ['silence', Buffer.alloc(48_000)],
  ['nearly silence', Buffer.from('0000010000000100ffff0000', 'hex')],
  ['one sync word', Buffer.from('fffb900000000000', 'hex')],
  ['sync words without frames', Buffer.alloc(9000, 0xff)],
  ['two bytes', Buffer.from('0100', 'hex')],
])('Raw samples are never mistaken for another format: %s', (_, bytes) => {
  expect(kindOf(bytes)).toEqual({ family: 'unknown' });
});

test('Sixteen-bit samples are unknown, whatever they sound like', () => {
  const sample = fc.integer({ min: -3000, max: 3000 });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 2000, maxLength: 4000 }), (samples) => {
      expect(kindOf(new Uint8Array(Int16Array.from(samples).buffer)).family).toBe('unknown');
    }),
    { numRuns: 50 },
  );
});

test.each([
  ['II*\0', 'a TIFF picture', 'picture'],
  ['MM\0+\0\x08\0\0', 'a TIFF picture', 'picture'],
  ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'a HEIC picture', 'picture'],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', 'a Windows Media file', 'film'],
  ['#EXTM3U\n/etc/passwd', 'a list of other files', 'other'],
  ['ffconcat version 1.0\nfile /etc/passwd', 'a list of other files', 'other'],
  ['FORM\0\0\0\x20AIFFCOMM', 'an AIFF sound', 'sound'],
  ['\x1f\x8b\x08\0', 'a gzip archive', 'other'],
])('%j is told by name as unusable', (bytes, name, sort) => {
  expect(kindOf(Buffer.from(bytes, 'latin1'))).toEqual({ family: 'unusable', name, sort });
});

test.each([
  ['<?xml version="1.0"?><MPD><BaseURL>file:///etc/passwd</BaseURL></MPD>', 'text'],
  ['{"detail": "no"}', 'JSON'],
  ['\n[ {"a": 1} ]', 'JSON'],
  ['[laughter] and more', 'text'],
  ['{not JSON}', 'text'],
  ['1\n00:00:00,000 --> 00:00:01,000\nüber\n', 'text'],
  ['BMW, a maker of cars', 'text'],
  ['toString12345', 'text'],
])('%j is text', (text, name) => {
  expect(kindOf(Buffer.from(text))).toEqual({ family: 'text', name });
});

const PAGES = [
  '<!DOCTYPE html><html><svg width="1"></svg></html>',
  '\n <!doctype HTML PUBLIC "-//W3C//DTD HTML 4.01//EN"><title>é</title>',
  '<html><body>no</body></html>',
  '<!-- nginx --><HTML lang="en">',
  '<?xml version="1.0"?><!DOCTYPE html PUBLIC "a" "b"><html xmlns="x">',
  '<script>location = "/login"</script>',
];

test.each(PAGES)('%j is a page of HTML in whatever encoding', (text) => {
  const page = { family: 'text', name: 'an HTML page' };
  expect(kindOf(Buffer.from(text))).toEqual(page);
  expect(kindOf(Buffer.from(text, 'latin1'))).toEqual(page);
  expect(kindOf(Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual(page);
});

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1"/>';

test.each([
  SVG,
  `\ufeff${SVG}`,
  `<?xml version="1.0"?>\n<!-- drawn, <html> -->\n${SVG}`,
  `<!DOCTYPE svg PUBLIC "a" "b" [ <!ENTITY x "y"> ]>${SVG}`,
  `<s:svg xmlns:s="http://www.w3.org/2000/svg">`,
  `\n\t <svg\nwidth='1'`,
])('%j is an SVG', (text) => {
  const svg = { family: 'picture', format: 'svg' };
  expect(kindOf(Buffer.from(text))).toEqual(svg);
  expect(kindOf(Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual(svg);
});

test('Whatever the bytes are, they are told apart without a crash', () => {
  const families = ['picture', 'media', 'unusable', 'text', 'unknown'];
  const heads = ['', 'ID3', '\xff\xfb', '\xff\xf1', '\x0bw', 'RIFF', '<svg', '<!', '\0\0\x01\0', 'BM', 'G'];
  fc.assert(
    fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 6000 }), (head, bytes) => {
      expect(families).toContain(kindOf(Buffer.concat([Buffer.from(head, 'latin1'), bytes])).family);
    }),
  );
});
