import type { Config } from '../../config.ts';

/** One line of the doctor. `FAIL`: the main purpose, `npm start` and a render, is impossible. */
export interface Finding {
  level: 'ok' | 'warn' | 'FAIL';
  part: string;
  text: string;
}

export interface Patient {
  config: Config;
  /** Whether a variable was set explicitly; then no other place counts. */
  isSet: (name: string) => boolean;
}

/** The findings of one part. */
export const findingsOf = (part: string) => ({
  ok: (text: string): Finding => ({ level: 'ok', part, text }),
  warn: (text: string): Finding => ({ level: 'warn', part, text }),
  fail: (text: string): Finding => ({ level: 'FAIL', part, text }),
});
