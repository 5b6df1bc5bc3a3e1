import { readdirSync, readFileSync } from 'node:fs';
import { killRender, RENDER_MARK } from '../drivers/remotion/strays.ts';

/** Environment variable that all children of a GPU worker inherit; its value is the card. */
export const CARD_MARK = 'GPU_MIDDLEWARE_CARD';

/** Work folders of the renders that were begun for a card, by any worker. None where there is no /proc. */
function rendersOf(gpuId: string): Set<string> {
  const card = Buffer.from(`${CARD_MARK}=${gpuId}`).toString('latin1');
  const folders = new Set<string>();
  const look = (pid: string): void => {
    const entries = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    const render = entries.includes(card) && entries.find((entry) => entry.startsWith(`${RENDER_MARK}=`));
    if (render) folders.add(Buffer.from(render.slice(RENDER_MARK.length + 1), 'latin1').toString());
  };
  let names: string[] = [];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  } catch {
    return folders;
  }
  for (const pid of names) {
    try {
      look(pid);
    } catch {
      // Gone meanwhile, or another user's.
    }
  }
  return folders;
}

/** Kills the renders that an earlier holder of a card left. @returns how many there were. */
export function killRendersOf(gpuId: string): number {
  const folders = rendersOf(gpuId);
  for (const folder of folders) killRender(folder);
  return folders.size;
}
