import type { Config } from '../config.ts';
import { createLineLogger } from '../logging.ts';
import { createComfyui } from '../workers/create-comfyui.ts';
import { askEngines } from './engines.ts';
import type { Finding, Patient } from './finding.ts';

const silent = createLineLogger('doctor', () => undefined);
const GIGABYTE = 1024 ** 3;
const AWAY = 'its tasks wait until it does; renders run';

async function checkComfyui(config: Config): Promise<Finding> {
  const part = 'ComfyUI';
  const url = config.engines.comfyuiUrl;
  const health = await createComfyui(config, silent).check();
  if (!health.up) return { level: 'warn', part, text: `${health.message}; ${AWAY}` };
  const cards = health.devices.map(
    ({ name, vramTotal, vramFree }) =>
      `${name}, ${(vramFree / GIGABYTE).toFixed(1)} of ${(vramTotal / GIGABYTE).toFixed(1)} GB free`,
  );
  return { level: 'ok', part, text: `${health.version} at ${url} (${cards.join('; ') || 'no device'})` };
}

async function checkCosyvoice(config: Config): Promise<Finding[]> {
  const [answer] = (await askEngines(config.engines)).filter(({ engine }) => engine === 'cosyvoice');
  if (answer === undefined) return [];
  const { url, name: part, answers } = answer;
  return [
    answers
      ? { level: 'ok', part, text: `answers at ${url}` }
      : { level: 'warn', part, text: `does not answer at ${url}; ${AWAY}` },
  ];
}

/** What the engines say of themselves. */
export async function checkEngines({ config }: Patient): Promise<Finding[]> {
  const [comfyui, cosyvoice] = await Promise.all([checkComfyui(config), checkCosyvoice(config)]);
  return [comfyui, ...cosyvoice];
}
