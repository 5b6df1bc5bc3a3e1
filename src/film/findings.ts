import { AppError } from '../errors.ts';

/** Warnings about a film that is made in spite of them. */
export interface Findings {
  warnings: string[];
  warn(message: string): void;
  /** Adds one warning for many places of one kind: their number, and the first place. */
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

/** The error for a timeline that its files contradict. `field` is relative to `payload.timeline`. */
export const contradiction = (field: string, message: string): AppError => {
  const path = `payload.timeline.${field}`;
  return new AppError('render_rejected', `${path}: ${message}`, { fields: [{ path, message }] });
};
