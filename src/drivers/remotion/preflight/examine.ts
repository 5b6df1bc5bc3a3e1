import { AssetPathError, existingAsset, type ExistingAsset } from '../../../assets/paths.ts';
import { AppError, messageOf } from '../../../errors.ts';
import { mediaKey, type MediaUse } from '../../../film/media.ts';
import { eachAtOnce } from '../each-at-once.ts';
import type { MediaInspection } from './inspect.ts';
import { judge, type Fitness } from './judge.ts';
import type { Problem } from './problems.ts';

/** One file in one kind of use, in one or several places of the timeline. It is fit for this use. */
export interface Candidate {
  uses: readonly MediaUse[];
  as: MediaUse['as'];
  file: ExistingAsset;
  inspection: MediaInspection;
  verdict: Extract<Fitness, { fit: true }>;
}

const AT_ONCE = 4;

interface Trouble {
  message: string;
  isGone: boolean;
}

function troubleOf(error: unknown): Trouble {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const cause = error instanceof AssetPathError ? (error.cause as NodeJS.ErrnoException | undefined)?.code : code;
  if (cause === 'ENOENT') return { message: 'is missing', isGone: true };
  if (error instanceof AssetPathError) return { message: `cannot be used: ${error.message}`, isGone: false };
  // Any other system error is a problem of the disk; Node's own errors are not.
  if ((error as NodeJS.ErrnoException | undefined)?.errno !== undefined)
    throw new AppError('asset_folder_unavailable', messageOf(error), { cause: error });
  throw error;
}

/** Inspects each file once, however often it is used, and only a few at the same time. */
export async function examine(
  uses: readonly MediaUse[],
  assetRoot: string,
  inspect: (file: string) => Promise<MediaInspection>,
  signal: AbortSignal,
): Promise<{ candidates: Candidate[]; problems: Problem[] }> {
  const candidates: Candidate[] = [];
  const problems: Problem[] = [];
  const inspections = new Map<string, Promise<MediaInspection>>();
  const inspectSource = async (src: string): Promise<{ file: ExistingAsset; inspection: MediaInspection }> => {
    const file = await existingAsset({ root: assetRoot, aliases: [] }, src);
    const inspection = inspections.get(file.absolute) ?? inspect(file.absolute);
    inspections.set(file.absolute, inspection);
    return { file, inspection: await inspection };
  };
  const byKey = new Map<string, MediaUse[]>();
  for (const use of uses) byKey.set(mediaKey(use), [...(byKey.get(mediaKey(use)) ?? []), use]);
  const examineKey = async (same: readonly MediaUse[]): Promise<void> => {
    const [first] = same;
    if (first === undefined) return;
    const { src, as } = first;
    const refuse = (trouble: Trouble): void => void problems.push(...same.map((use) => ({ use, ...trouble })));
    const seen = await inspectSource(src).catch(troubleOf);
    if ('message' in seen) {
      refuse(seen);
      return;
    }
    const verdict = judge(as, seen.inspection);
    if (verdict.fit) candidates.push({ uses: same, as, ...seen, verdict });
    else refuse({ message: verdict.problem, isGone: false });
  };
  await eachAtOnce([...byKey.values()], AT_ONCE, examineKey, signal);
  return { candidates, problems };
}
