import { AppError } from '../errors.ts';

/** Warnings about a film that is made nevertheless. */
export interface Findings {
  warnings: string[];
  warn(message: string): void;
  /** One warning for many of a kind: how many, and where the first is. */
  warnOfAll(places: readonly string[], what: string): void;
}

const MOST = 50;

export function createFindings(before: readonly string[] = []): Findings {
  const warnings = [...before];
  const warn = (message: string): void => {
    if (warnings.length < MOST) warnings.push(message);
  };
  return {
    warnings,
    warn,
    warnOfAll([first, ...others], what) {
      if (first === undefined) return;
      warn(others.length === 0 ? `${first} ${what}` : `${first} and ${others.length} more: each ${what}`);
    },
  };
}

/** A timeline that its files contradict; `field` is below `payload.timeline`. */
export const contradiction = (field: string, message: string): AppError => {
  const path = `payload.timeline.${field}`;
  return new AppError('render_rejected', `${path}: ${message}`, { fields: [{ path, message }] });
};
