import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { complaintOf } from '../../src/assets/ffmpeg-complaint.ts';
import { runFfmpeg } from '../../src/assets/ffmpeg.ts';
import { foreignFile } from '../../src/assets/foreign-media.ts';
import { packetSpan } from '../../src/assets/packet-span.ts';
import { probeMedia, UnreadableMediaError } from '../../src/assets/probe.ts';
import { decodeAnswer } from '../../src/drivers/cosyvoice/decode-answer.ts';
import { mixSoundtrack } from '../../src/drivers/remotion/sound/mix-soundtrack.ts';
import { decodeRecording } from '../../src/simulators/cosyvoice/voice/recording.ts';
import { checkRecording } from '../../src/voices/check-recording.ts';
import { soundOf } from '../drivers/remotion/sound/sounds.ts';
import { level, decodeSound, makeSound, tone } from '../helpers/media.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const TAG = Buffer.from('ID3\x04\0\0\0\0\0\x0a0123456789', 'latin1');

/** Files that name a sound outside their folder, each behind an ID3 tag, which makes an MP3 of them for whoever looks no further. */
const LISTS: Readonly<Record<string, (secret: string) => string>> = {
  HLS: (secret) => `#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:1,\nfile:${secret}\n#EXT-X-ENDLIST\n`,
  concat: (secret) => `ffconcat version 1.0\nfile 'file:${secret}'\n`,
};

async function hostile(list: string, name: string) {
  const folder = await scratchFolder();
  const secret = path.join(await scratchFolder(), 'secret.mp3');
  await makeSound(`${secret}.wav`, tone(440, 2));
  await runFfmpeg(['-i', `file:${secret}.wav`, '-c:a', 'libmp3lame', `file:${secret}`]);
  const file = path.join(folder, name);
  await writeFile(file, Buffer.concat([TAG, Buffer.from(LISTS[list]?.(secret) ?? '')]));
  return { folder, file, secret };
}

test('ffmpeg without restrictions plays the sound that such a file names', async () => {
  const { file } = await hostile('HLS', 'a.m3u8');
  const wav = await runFfmpeg(['-allowed_extensions', 'ALL', '-i', `file:${file}`, '-f', 'wav', '-']);
  expect(wav.length).toBeGreaterThan(48_000);
});

describe.each(Object.keys(LISTS))('A list of other files (%s) behind an ID3 tag', (list) => {
  test.each(['a.m3u8', 'a.mp3', 'a.mp4', 'a.wav', '-x.mp3', 'a%03d.mp3', 'concat:a.mp3|b.mp3'])(
    'opens nothing as a sound of a film, under the name %s',
    async (name) => {
      const { folder, file } = await hostile(list, name);
      await expect(probeMedia(file)).rejects.toThrow(UnreadableMediaError);
      const mixing = mixSoundtrack(
        { fps: 30, durationInFrames: 30, sounds: [soundOf({ src: name })] },
        { assetRoot: folder, folder, mark: folder, format: 'aac', signal: new AbortController().signal },
      );
      await expect(mixing).rejects.toMatchObject({ code: 'render_rejected' });
    },
  );

  test('is no voice', async () => {
    const { file } = await hostile(list, 'a.mp3');
    const { problems } = await checkRecording(file, 0);
    expect(problems).toEqual([expect.stringContaining('not readable as sound')]);
    await expect(decodeRecording(await readFile(file))).rejects.toThrow('Format not recognised');
  });

  test.each(['audio/mpeg', 'audio/mp4', 'audio/flac'])('is no answer of an engine (%s)', async (type) => {
    const { file } = await hostile(list, 'a.mp3');
    const body = await readFile(file);
    const answer = { status: 200, body, headers: { 'content-type': type }, end: 'clean', problem: '' } as const;
    expect(await decodeAnswer(answer, 24_000)).toHaveProperty('problem');
  });

  test.each([
    'mov',
    'matroska',
    'avi',
    'mpegts',
    'ogg',
    'flv',
    'wav',
    'flac',
    'mp3',
    'aac',
    'ac3',
    'eac3',
    'caf',
    'gif',
  ] as const)('opens nothing when it is opened as %s', async (demuxer) => {
    const { file } = await hostile(list, 'a.mp3');
    const made = await runFfmpeg([...foreignFile(file, demuxer), '-f', 'wav', '-']).catch(() => Buffer.alloc(0));
    expect(made.length).toBeLessThan(1000);
    if (demuxer !== 'gif') expect((await packetSpan(file, demuxer)).audioSeconds ?? 0).toBeLessThan(0.1);
  });
});

test.each(['-i.wav', 'a%03d.wav', 'concat:a.wav|b.wav', "it's #1 [0:a], 100%.wav", 'http:host.wav', 'sübtitles=x.wav'])(
  'A sound may be called %s',
  async (name) => {
    const folder = await scratchFolder();
    const file = path.join(folder, name);
    await makeSound(file, tone(440, 1));
    expect((await probeMedia(file)).audio).toMatchObject({ codec: 'pcm_s16le' });
    const { file: mixed } = await mixSoundtrack(
      { fps: 30, durationInFrames: 30, sounds: [soundOf({ src: name })] },
      { assetRoot: folder, folder, mark: folder, format: 'aac', signal: new AbortController().signal },
    );
    expect(level(await decodeSound(mixed), 0.2, 0.8)).toBeGreaterThan(0.1);
  },
);

test('A complaint of ffmpeg is reported without memory addresses and without paths', () => {
  const args = ['-i', 'file:/srv/assets/my film: 1.mp4', 'file:/srv/assets/work/.media/ab.mp4.12.part'];
  const complaint = [
    '[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55d0c8a3f2c0] moov atom not found',
    '[in#0 @ 0x560ab36c5280] Error opening input: Invalid data found when processing input',
    'Error opening input file file:/srv/assets/my film: 1.mp4.',
    '[libx264 @ 0xAABBCCDDEEFF] [Eval @ 0x7ffd5f1a2b3c] broken at 0x7ffd5f1a2b3c in /usr/lib/x86/libavfilter.so.10',
    'Could not write /srv/assets/work/.media/ab.mp4.12.part: 24/1 frames, 3/4 done',
    '',
  ].join('\n');
  const told = complaintOf(complaint, args, 10);
  expect(told.split('\n')).toEqual([
    'moov atom not found',
    'Error opening input: Invalid data found when processing input',
    'Error opening input file my film: 1.mp4.',
    'broken at  in libavfilter.so.10',
    'Could not write ab.mp4.12.part: 24/1 frames, 3/4 done',
  ]);
  expect(complaintOf(complaint, args)).toBe('Could not write ab.mp4.12.part: 24/1 frames, 3/4 done');
});
