import type { Wrapper } from '../options.ts';

/** A WAV header for so many bytes of samples, or with sizes of zero where the length is not known yet. */
export function wavHeader(sampleRate: number, dataBytes: number | undefined): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(dataBytes === undefined ? 0 : 36 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes ?? 0, 40);
  return header;
}

/** Headers of a streamed answer; upstream sends none at all, not even a content type. */
export function streamHeaders(wrapper: Wrapper, sampleRate: number): Record<string, string> {
  if (wrapper === 'l16') return { 'content-type': `audio/L16;rate=${sampleRate}` };
  if (wrapper === 'x-sample-rate') return { 'X-Sample-Rate': String(sampleRate) };
  if (wrapper === 'wav' || wrapper === 'wav-stream') return { 'content-type': 'audio/wav' };
  return {};
}
