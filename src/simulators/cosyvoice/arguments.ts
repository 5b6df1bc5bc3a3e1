import { parseArgs } from 'node:util';
import type { Faults } from './faults.ts';
import type { CosyvoiceSimulatorOptions, Extension, Model, Release, Wrapper } from './options.ts';

const OPTIONS = {
  host: { type: 'string' },
  port: { type: 'string' },
  model: { type: 'string' },
  release: { type: 'string' },
  wrapper: { type: 'string' },
  fastapi: { type: 'string' },
  extensions: { type: 'string' },
  speakers: { type: 'string' },
  'sample-rate': { type: 'string' },
  'segment-ms': { type: 'string' },
  'real-time-factor': { type: 'string' },
  'load-ms': { type: 'string' },
  voice: { type: 'string' },
  chance: { type: 'boolean' },
  journal: { type: 'string' },
  faults: { type: 'string' },
} as const;

const MODELS: readonly Model[] = ['v1', 'v2', 'v3'];
const RELEASES: readonly Release[] = ['2024-07', '2025-01', '2025-12'];
const WRAPPERS: readonly Wrapper[] = ['none', 'wav', 'wav-stream', 'l16', 'x-sample-rate'];
const EXTENSIONS: readonly Extension[] = ['speed', 'seed', 'stream'];

export interface StartOrder {
  options: CosyvoiceSimulatorOptions;
  /** Switches that are on from the start. */
  faults: Partial<Faults>;
}

function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`--${name} must be a number, not "${text}"`);
  return Number(text);
}

function oneOf<T extends string>(name: string, known: readonly T[], text: string | undefined): T | undefined {
  const found = known.find((one) => one === text);
  if (text !== undefined && found === undefined) throw new Error(`--${name} must be one of ${known.join(', ')}`);
  return found;
}

/**
 * `--model v3 --release 2025-12 --wrapper wav --extensions speed,seed --host … --port … --segment-ms … --faults
 * '{"tensorBug":true}'` and so on.
 * @throws when one is unknown or wrong.
 */
export function readArguments(args: readonly string[]): StartOrder {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const given: Partial<Record<keyof CosyvoiceSimulatorOptions, unknown>> = {
    host: values.host,
    port: number('port', values.port),
    model: oneOf('model', MODELS, values.model),
    release: oneOf('release', RELEASES, values.release),
    wrapper: oneOf('wrapper', WRAPPERS, values.wrapper),
    fastapi: oneOf('fastapi', ['0.115', '0.165'], values.fastapi),
    extensions: values.extensions?.split(',').map((name) => oneOf('extensions', EXTENSIONS, name)),
    speakers: values.speakers?.split(','),
    sampleRate: number('sample-rate', values['sample-rate']),
    segmentMs: number('segment-ms', values['segment-ms']),
    realTimeFactor: number('real-time-factor', values['real-time-factor']),
    loadMs: number('load-ms', values['load-ms']),
    voice: oneOf('voice', ['words', 'babble'], values.voice),
    chance: values.chance,
    journal: values.journal,
  };
  return {
    options: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    faults: values.faults === undefined ? {} : (JSON.parse(values.faults) as Partial<Faults>),
  };
}
