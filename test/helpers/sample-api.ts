import { addSamples } from '../../src/files/add-samples.ts';
import { createFileLibrary } from '../../src/files/file-library.ts';
import { samplesFolder } from '../../src/host/examples-folder.ts';
import { createVoiceLibrary } from '../../src/voices/voice-library.ts';
import { MOST_FILE_BYTES, startApi, type ApiRig } from './api-rig.ts';
import { makeAssetFolder } from './asset-folder.ts';
import { preparesIn } from './pipeline-api.ts';

export type SampleApi = Pick<ApiRig, 'base' | 'port' | 'close'>;

/** The API with the real rules of all task types, in front of an asset folder that has the samples. */
export async function startSampleApi(): Promise<SampleApi> {
  const assets = await makeAssetFolder();
  await addSamples(assets.root, samplesFolder());
  const folder = { root: assets.root, aliases: [] };
  const api = await startApi({
    prepare: preparesIn(assets.root),
    voices: createVoiceLibrary(folder),
    files: createFileLibrary(folder, { mostBytes: MOST_FILE_BYTES, reserveBytes: 0 }),
  });
  return {
    ...api,
    async close() {
      await api.close();
      await assets.remove();
    },
  };
}
