import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ffmpegProgram } from '../../../assets/ffmpeg.ts';

/** An encoder that runs next to the browser. */
export interface FrameEncoder {
  /**
   * Takes the next picture. Waits only until the encoder has accepted the one before. @throws if the encoder has
   * failed.
   */
  write(jpeg: Uint8Array): Promise<void>;
  /** @throws with ffmpeg's message. */
  finish(): Promise<void>;
}

const TAIL = 2000;

/** Starts ffmpeg, which reads JPEGs one by one. It belongs to the process group of this process and ends with it. */
export function startEncoder(order: { rate: string; encoder: readonly string[]; outputFile: string }): FrameEncoder {
  const { file, env } = ffmpegProgram('ffmpeg');
  const input = ['-f', 'image2pipe', '-c:v', 'mjpeg', '-framerate', order.rate, '-i', 'pipe:0'];
  const args = [
    '-hide_banner',
    '-nostats',
    '-v',
    'error',
    '-y',
    ...input,
    ...order.encoder,
    `file:${order.outputFile}`,
  ];
  const child = spawn(file, args, { env, stdio: ['pipe', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-TAIL)));
  // It may end before it has read everything; its exit code shows why.
  child.stdin.on('error', () => undefined);
  let ended: string | null = null;
  const end = once(child, 'close').then(
    ([code, signal]) => (ended = `ffmpeg ended by ${String(signal ?? code)}: ${complaint.trim()}`),
    (error: Error) => (ended = error.message),
  );
  let taken: Promise<unknown> = Promise.resolve();
  return {
    async write(jpeg) {
      await taken;
      if (ended !== null) throw new Error(ended);
      taken = new Promise<void>((resolve) => {
        child.stdin.write(jpeg, () => resolve());
      });
    },
    async finish() {
      await taken;
      child.stdin.end();
      await end;
      if (child.exitCode !== 0) throw new Error(ended ?? '');
    },
  };
}
