import { parseArgs } from 'node:util';

const text = { type: 'string' } as const;

/** Where a stand-in listens, how it behaves, and the faults that it has from the start. */
export interface StartOrder<Options, Faults> {
  options: Options;
  faults: Partial<Faults>;
}

/**
 * `--host 127.0.0.1 --port 8188 --options '{"stepMs":30}' --faults '{"frozen":true}'`
 * @throws when an argument is unknown or is not JSON.
 */
export function readArguments<Options, Faults>(args: readonly string[]): StartOrder<Options, Faults> {
  const { values } = parseArgs({ args: [...args], options: { host: text, port: text, options: text, faults: text } });
  const { host = '127.0.0.1', port = '0', options = '{}', faults = '{}' } = values;
  return {
    options: { ...(JSON.parse(options) as Options), host, port: Number(port) },
    faults: JSON.parse(faults) as Partial<Faults>,
  };
}
