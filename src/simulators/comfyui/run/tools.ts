import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Core } from '../core.ts';
import { isFolderType, type FolderType } from '../folders.ts';
import { previewJpeg } from '../media/preview.ts';
import type { NodeTools } from '../nodes/node-class.ts';
import type { Prompt } from '../queue/prompt.ts';
import { Interrupted, Vanished } from './failure.ts';
import { nextNames } from './names.ts';
import type { Progress } from './progress.ts';

const FROZEN_LOOK_MS = 10;

/** Waits while the queue is frozen. @throws when the prompt must stop here. */
export async function checkpoint(core: Core, options: { interruptible: boolean }): Promise<void> {
  while (core.faults.frozen && !core.signal.aborted && !core.flags.vanish) await sleep(FROZEN_LOOK_MS);
  if (core.signal.aborted || core.flags.vanish) throw new Vanished();
  if (options.interruptible && core.flags.interrupted) throw new Interrupted();
}

/** Takes some time, or less when the process ends. */
export async function pause({ signal }: Core, ms: number): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** `name.png`, `folder/name.png`, or `name.png [output]`: as LoadImage reads it. */
export function inputPath(core: Core, name: string): string | undefined {
  const match = /^(.*) \[(input|output|temp)\]$/.exec(name);
  const type: FolderType = match?.[2] !== undefined && isFolderType(match[2]) ? match[2] : 'input';
  return core.folders.inside(type, match?.[1] ?? name);
}

/** Without a wish of the prompt there are none, which is the real server's default too. */
function wantsPreview({ behaviour }: Core, { extraData }: Prompt): boolean {
  const method = extraData['preview_method'];
  return behaviour.previewMethod && typeof method === 'string' && !['default', 'none'].includes(method);
}

/** The tools of the running node of a prompt. */
export function createNodeTools(core: Core, prompt: Prompt, progress: Progress, node: string): NodeTools {
  const previews = wantsPreview(core, prompt);
  return {
    graph: prompt.graph,
    signal: core.signal,
    name: (prefix, ending, { type = 'output', size = {}, count = 1 } = {}) =>
      nextNames(core.folders, { prefix, ending, type, size, count }),
    write: async ({ type, subfolder, filename }, bytes) => {
      if (core.signal.aborted) throw new Vanished();
      await writeFile(path.join(core.folders.of(type), subfolder, filename), bytes);
    },
    readInput: (name) => readFile(inputPath(core, name) ?? name),
    step: async (value, max, made) => {
      await pause(core, core.settings.stepMs);
      await checkpoint(core, { interruptible: true });
      progress.step(node, value, max, previews ? await previewJpeg(made, value / max) : undefined);
    },
    load: (file) => core.vram.load(file),
    sendPicture: (png, value, max) => progress.picture(node, value, max, png),
  };
}
