import { createLineLogger, type Logger } from '../../src/logging.ts';

/** A logger whose lines can be read and awaited. */
export interface Lines {
  logger: Logger;
  said: string[];
  /** Resolves with the first line, said already or still to come, that holds `text`. */
  line(text: string): Promise<string>;
}

export function createLines(): Lines {
  const said: string[] = [];
  const waiting = new Set<() => void>();
  const logger = createLineLogger('test', (line) => {
    said.push(line);
    for (const look of waiting) look();
  });
  return {
    logger,
    said,
    line: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = said.find((line) => line.includes(text));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}
