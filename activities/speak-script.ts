import { besideOf, describeFile } from '../src/assets/describe-file.ts';
import { refuseTaken } from '../src/assets/publish.ts';
import { AssetPathError, writableAsset, type AssetFolder } from '../src/assets/paths.ts';
import type { CosyvoiceInput, CosyvoiceResult } from '../src/contracts/cosyvoice.ts';
import { srtBeside } from '../src/drivers/cosyvoice/finish-speech.ts';
import type { CosyvoiceDriver } from '../src/drivers/cosyvoice/driver.ts';
import { AppError } from '../src/errors.ts';
import type { MakeRoom } from '../src/gpu/make-room.ts';
import type { AttemptWork } from './gpu-attempt.ts';

/** Makes speech from a script. */
export async function speakScript(
  { assets, cosyvoice, makeRoom }: { assets: AssetFolder; cosyvoice: CosyvoiceDriver; makeRoom: MakeRoom },
  taskId: string,
  input: CosyvoiceInput,
  { folder, signals, reporter, keep }: AttemptWork,
): Promise<CosyvoiceResult> {
  const { outputPath } = input;
  const outputFile = await writableAsset(assets, outputPath).catch((error: unknown) => {
    throw error instanceof AssetPathError ? new AppError('speech_failed', error.message, { cause: error }) : error;
  });
  // Checked before the work, not after it.
  await refuseTaken([outputFile, srtBeside(outputFile)], { workDir: folder, overwrite: input.overwrite });
  for (const warning of input.warnings ?? []) reporter.warning(warning);
  // A sentence cannot continue without its worker; the finished sentences are on disk.
  const signal = AbortSignal.any([signals.cancel, signals.leave]);
  await makeRoom('cosyvoice', null, signal);
  const speech = await cosyvoice.speak(
    { input, taskId, workDir: folder, outputFile },
    {
      signal,
      onProgress: (progress, text, stage) => {
        reporter.progress(progress, text, stage === undefined ? {} : { stage });
        // Progress counts whole sentences, which are on disk.
        keep(progress);
      },
      onPhase: (phase) => reporter.phase(phase),
      onWarning: (text) => reporter.warning(text),
      onSentence: ({ done, total, text, durationSeconds }) =>
        reporter.part('audio', { name: 'sentence', done, total, text, duration_seconds: durationSeconds }),
    },
  );
  const cues = speech.sentences;
  return {
    output_path: outputPath,
    audio_path: `/assets/${outputPath}`,
    duration_seconds: speech.durationSeconds,
    sample_rate: speech.sampleRate,
    size_bytes: speech.sizeBytes,
    sentences: cues.map(({ text, startMs, endMs }) => ({ text, start_ms: startMs, end_ms: endMs })),
    subtitles: cues.map(({ text, startMs, endMs }) => ({ text, startMs, endMs })),
    srt_path: besideOf(outputPath, speech.srtFile),
    files: await Promise.all(speech.files.map((facts) => describeFile(besideOf(outputPath, facts.file), facts))),
    ignored: speech.ignored,
    warnings: [...(input.warnings ?? []), ...speech.warnings],
  };
}
