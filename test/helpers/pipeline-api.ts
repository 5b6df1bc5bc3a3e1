import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../../src/config.ts';
import type { ComfyuiDriver } from '../../src/drivers/comfyui/driver.ts';
import { createComfyuiEngine } from '../../src/engines/comfyui-engine.ts';
import { createPrepares } from '../../src/engines/create-prepares.ts';
import { createEngines } from '../../src/engines/engines.ts';
import { createLineLogger } from '../../src/logging.ts';
import type { Prepares } from '../../src/prepare/prepare.ts';
import { createTemplateStore } from '../../src/templates/template-store.ts';
import { createVoiceLibrary } from '../../src/voices/voice-library.ts';
import { recording } from '../voices/rig.ts';
import { startApi, type ApiRig } from './api-rig.ts';
import { makeAssetFolder } from './asset-folder.ts';
import { TEMPLATES_FOLDER } from './template-rig.ts';

export interface PipelineApi {
  api: ApiRig;
  assetRoot: string;
  submit: (body: unknown) => Promise<{ status: number; answer: unknown }>;
  close: () => Promise<void>;
}

/** The real rules of all task types, with the project's templates. */
export const preparesIn = (assetRoot: string): Prepares => {
  const assets = { root: assetRoot, aliases: [] };
  const deps = { config: loadConfig({}), logger: createLineLogger('GPUServer', () => undefined) };
  const comfyui = { missing: () => Promise.resolve([]) } as unknown as ComfyuiDriver;
  return createPrepares(
    { ...createEngines(deps), comfyui: createComfyuiEngine(deps, comfyui) },
    {
      assets,
      templates: createTemplateStore({ folder: TEMPLATES_FOLDER }),
      voices: createVoiceLibrary(assets),
      randomSeed: () => 1,
    },
  );
};

/** The API with the project's templates, the voice `luna` and these files, which are named below ASSET_PATH. */
export async function startPipelineApi(files: readonly string[]): Promise<PipelineApi> {
  const assets = await makeAssetFolder();
  const put = async (name: string, content: string | Buffer): Promise<void> => {
    const file = path.join(assets.root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  };
  await put('voices/luna.wav', recording(5));
  await put('voices/luna.txt', 'What is said in it.');
  for (const file of files) await put(file, 'x');
  const api = await startApi({ prepare: preparesIn(assets.root) });
  return {
    api,
    assetRoot: assets.root,
    async submit(body) {
      const response = await fetch(`${api.base}/submit_pipeline`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, answer: await response.json() };
    },
    close: async () => {
      await api.close();
      await assets.remove();
    },
  };
}
