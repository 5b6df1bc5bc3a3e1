import path from 'node:path';
import { contentHash } from '../src/assets/content-hash.ts';
import { describeFile } from '../src/assets/describe-file.ts';
import { writableAsset, type AssetFolder } from '../src/assets/paths.ts';
import type { ComfyuiInput, ComfyuiResult, ComfyuiResultFile } from '../src/contracts/comfyui.ts';
import type { ComfyuiDriver, ComfyuiFile } from '../src/drivers/comfyui/driver.ts';
import { promptIdOf } from '../src/drivers/comfyui/prompt/prompt-id.ts';
import type { MakeRoom } from '../src/gpu/make-room.ts';
import type { AttemptId } from './attempt-manifest.ts';
import type { AttemptWork } from './gpu-attempt.ts';

/** The folder of the results, with a folder for each task. */
const OUTPUT = 'output';

const promptId = (id: AttemptId): string => promptIdOf({ ...id, activityId: 'comfyui' });

async function resultFile(folder: string, file: ComfyuiFile): Promise<ComfyuiResultFile> {
  const { file: absolute, sizeBytes, durationSeconds, sha256: known, ...about } = file;
  // Files that an earlier version of the middleware fetched have no hash.
  const sha256 = known ?? (await contentHash(absolute));
  const facts = { file: absolute, sizeBytes, sha256 };
  const described = await describeFile(`${folder}/${path.basename(absolute)}`, facts);
  return { ...described, ...about, duration_seconds: durationSeconds };
}

/** Makes pictures, video or sound from a graph. */
export async function generateMedia(
  { assets, comfyui, makeRoom }: { assets: AssetFolder; comfyui: ComfyuiDriver; makeRoom: MakeRoom },
  taskId: string,
  input: ComfyuiInput,
  { folder, signals, reporter, id, earlier, keep }: AttemptWork,
): Promise<ComfyuiResult> {
  const outputFolder = `${OUTPUT}/${taskId}`;
  const outputDir = path.dirname(await writableAsset(assets, `${outputFolder}/file`));
  await makeRoom('comfyui', input.vramMb ?? null, AbortSignal.any([signals.cancel, signals.leave]));
  const described = new Map<string, Promise<ComfyuiResultFile>>();
  const describe = (file: ComfyuiFile): Promise<ComfyuiResultFile> => {
    const result = described.get(file.file) ?? resultFile(outputFolder, file);
    described.set(file.file, result);
    return result;
  };
  const made = await comfyui.run(
    { input, taskId, promptId: promptId(id), earlierPromptIds: earlier.map(promptId), workDir: folder, outputDir },
    {
      signal: signals.cancel,
      leave: signals.leave,
      onProgress: (progress, text, stage) => {
        reporter.progress(progress, text, { stage });
        // The prompt continues without this worker, and the next attempt finds it.
        keep(progress);
      },
      onPhase: (phase) => reporter.phase(phase),
      onPreview: (preview) => reporter.preview(preview),
      onFile: (file) =>
        void describe(file).then(
          (result) => reporter.file(result),
          () => undefined,
        ),
    },
  );
  return {
    files: await Promise.all(made.files.map(describe)),
    texts: made.texts,
    seed: made.seed,
    prompt_id: made.promptId,
    cached: made.cached,
    ignored_params: input.ignored,
  };
}
