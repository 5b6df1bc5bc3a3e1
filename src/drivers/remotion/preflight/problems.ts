import { AppError } from '../../../errors.ts';
import type { MediaUse } from '../../../film/media.ts';

/** Why a file cannot be used; `message` continues "it". */
export interface Problem {
  use: MediaUse;
  message: string;
  /** There is no file at all. */
  isGone: boolean;
}

const MOST_NAMED = 20;

const sentence = ({ use, message }: Problem): string => `${use.field}: ${use.src} ${message}`;

/** The warnings about problems with skippable clips. */
export function leftOut(problems: readonly Problem[]): string[] {
  return problems.filter(({ use }) => use.skippable).map((problem) => `${sentence(problem)}; the clip was left out`);
}

/** @throws {AppError} `asset_missing` or `render_rejected`, naming every bad file that is not skippable. */
export function refuse(problems: readonly Problem[]): void {
  const serious = problems.filter(({ use }) => !use.skippable);
  if (serious.length === 0) return;
  const named = serious.slice(0, MOST_NAMED).map(sentence).join('; ');
  const more = serious.length > MOST_NAMED ? `; and ${serious.length - MOST_NAMED} more` : '';
  const code = serious.every(({ isGone }) => isGone) ? 'asset_missing' : 'render_rejected';
  const fields = serious.map(({ use, message }) => ({ path: use.field, message: `${use.src} ${message}` }));
  throw new AppError(code, named + more, { fields });
}
