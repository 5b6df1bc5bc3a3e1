import type { Config } from '../../config.ts';
import { createLineLogger } from '../../logging.ts';
import { createComfyui } from '../../workers/create-comfyui.ts';
import { createCosyvoice } from '../../workers/create-cosyvoice.ts';
import type { Finding, Patient } from './finding.ts';

const silent = createLineLogger('doctor', () => undefined);
const GIGABYTE = 1024 ** 3;
const AWAY = 'its tasks wait until it does; renders run';

async function checkComfyui(config: Config): Promise<Finding> {
  const part = 'ComfyUI';
  const url = config.engines.comfyui.url;
  const health = await createComfyui(config, silent).check();
  if (!health.up) return { level: 'warn', part, text: `${health.message}; ${AWAY}` };
  const cards = health.devices.map(
    ({ name, vramTotal, vramFree }) =>
      `${name}, ${(vramFree / GIGABYTE).toFixed(1)} of ${(vramTotal / GIGABYTE).toFixed(1)} GB free`,
  );
  return { level: 'ok', part, text: `${health.version} at ${url} (${cards.join('; ') || 'no device'})` };
}

async function checkCosyvoice(config: Config): Promise<Finding> {
  const part = 'CosyVoice';
  const health = await createCosyvoice(config, silent).check();
  if (!health.up) return { level: 'warn', part, text: `${health.message}; ${AWAY}` };
  const how = health.forced ? 'by COSYVOICE_DIALECT' : 'found out; COSYVOICE_DIALECT sets another';
  return { level: 'ok', part, text: `dialect ${health.dialect} at ${config.engines.cosyvoice.url} (${how})` };
}

/** What the engines say of themselves. */
export const checkEngines = ({ config }: Patient): Promise<Finding[]> =>
  Promise.all([checkComfyui(config), checkCosyvoice(config)]);
