import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/**
 * Applies events that a file holds from an earlier process, and gives a function that applies further ones and adds
 * them to the file. Without a file it only applies them.
 */
export function createJournal<Event>(file: string | undefined, apply: (event: Event) => void): (event: Event) => void {
  if (file !== undefined && existsSync(file))
    for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) apply(JSON.parse(line) as Event);
  return (event) => {
    apply(event);
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(event)}\n`);
  };
}
