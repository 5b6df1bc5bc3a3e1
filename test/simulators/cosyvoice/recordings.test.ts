import { expect, test } from 'vitest';
import { runFfmpeg } from '../../../src/assets/ffmpeg.ts';
import { pitchOf } from '../../../src/simulators/cosyvoice/voice/pitch.ts';
import { decodeRecording } from '../../../src/simulators/cosyvoice/voice/recording.ts';
import { recording } from '../../conformance/cosyvoice/recordings.ts';
import { say, startSimulator } from './rig.ts';

const as = (...args: string[]): Promise<Buffer> =>
  runFfmpeg(['-i', 'pipe:0', ...args, 'pipe:1'], recording({ hertz: 200, seconds: 2 }));

test('Recordings are heard in WAV and MP3, in one channel or two.', async () => {
  const files = [
    recording({ hertz: 200, seconds: 2 }),
    await as('-ac', '2', '-ar', '44100', '-f', 'wav'),
    await as('-f', 'mp3'),
  ];
  for (const file of files) {
    const { samples, sampleRate } = await decodeRecording(file);
    expect(samples.length / sampleRate).toBeCloseTo(2, 0);
    expect(pitchOf(samples, sampleRate)).toBeCloseTo(200, -1);
  }
});

test('An m4a is none that the server can read.', async () => {
  const { url } = await startSimulator();
  const m4a = await as('-c:a', 'aac', '-movflags', 'frag_keyframe+empty_moov', '-f', 'mp4');
  expect(await say(url, 'Hello.', { voice: m4a })).toMatchObject({ status: 500 });
});
