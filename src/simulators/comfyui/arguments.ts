import { parseArgs } from 'node:util';
import type { Faults } from './faults.ts';
import type { ComfyuiSimulatorOptions } from './options.ts';
import { isVersionName } from './versions.ts';

const OPTIONS = {
  version: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  folder: { type: 'string' },
  journal: { type: 'string' },
  'step-ms': { type: 'string' },
  'node-ms': { type: 'string' },
  'load-ms': { type: 'string' },
  previews: { type: 'string' },
  faults: { type: 'string' },
} as const;

export interface StartOrder {
  options: ComfyuiSimulatorOptions;
  /** Switches that are on from the start. */
  faults: Partial<Faults>;
}

const whole = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`--${name} must be a whole number, not "${text}"`);
  return Number(text);
};

/**
 * `--version 0.3.64 --host … --port … --folder … --journal … --step-ms … --node-ms … --load-ms … --previews auto
 * --faults '{"frozen":true}'`
 * @throws when one is unknown or wrong.
 */
export function readArguments(args: readonly string[]): StartOrder {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.version !== undefined && !isVersionName(values.version))
    throw new Error(`--version ${values.version} is not one that can be played`);
  const given: Record<keyof ComfyuiSimulatorOptions, unknown> = {
    version: values.version,
    host: values.host,
    port: whole('port', values.port),
    folder: values.folder,
    journal: values.journal,
    stepMs: whole('step-ms', values['step-ms']),
    nodeMs: whole('node-ms', values['node-ms']),
    loadMs: whole('load-ms', values['load-ms']),
    previewMethod: values.previews,
    modelFiles: undefined,
    vramBytes: undefined,
    maxUploadBytes: undefined,
  };
  return {
    options: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    faults: values.faults === undefined ? {} : (JSON.parse(values.faults) as Partial<Faults>),
  };
}
