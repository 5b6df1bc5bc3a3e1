import { readdirSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import type { Core } from '../core.ts';
import { objectInfo } from '../nodes/object-info.ts';
import { nodeClass, nodeClasses } from '../nodes/table.ts';
import { empty, get, ok, type Route } from './route.ts';

/** Also the answer to a socket's `feature_flags`. */
export const featuresOf = ({ settings }: Core): Record<string, unknown> => ({
  supports_preview_metadata: true,
  supports_model_type_tags: true,
  max_upload_size: settings.maxUploadBytes,
  extension: { manager: { supports_v4: true } },
  node_replacements: true,
  assets: false,
});

const systemStats = ({ behaviour, vram }: Core): Record<string, unknown> => ({
  system: {
    os: 'linux',
    ram_total: totalmem(),
    ram_free: freemem(),
    comfyui_version: behaviour.version,
    python_version: '3.11.7 (main) [GCC 12.2.0]',
    pytorch_version: '2.11.0+cu130',
    embedded_python: false,
    argv: ['main.py', '--listen', '127.0.0.1'],
  },
  devices: [
    {
      name: 'cuda:0 Simulated : cudaMallocAsync',
      type: 'cuda',
      index: 0,
      vram_total: vram.total,
      vram_free: vram.free(),
      torch_vram_total: vram.total - vram.free(),
      torch_vram_free: 0,
    },
  ],
});

const imagesOf = ({ folders }: Core): string[] =>
  readdirSync(folders.of('input'), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .toSorted();

export const infoRoutes: Route[] = [
  get(/^\/system_stats$/, ({ core }) => ok(systemStats(core))),
  get(/^\/features$/, ({ core }) => ok(featuresOf(core))),
  get(/^\/models$/, ({ core }) => ok(core.models.folders())),
  get(/^\/models\/([^/]+)$/, ({ core, params: [folder = ''] }) => {
    const files = core.models.list(folder);
    return files === undefined ? empty(404) : ok(files);
  }),
  get(/^\/object_info$/, ({ core }) =>
    ok(Object.fromEntries(nodeClasses().map((one) => [one.name, objectInfo(one, core.models, imagesOf(core))]))),
  ),
  get(/^\/object_info\/([^/]+)$/, ({ core, params: [name = ''] }) => {
    const one = nodeClass(name);
    return ok(one === undefined ? {} : { [name]: objectInfo(one, core.models, imagesOf(core)) });
  }),
  get(/^\/(embeddings|extensions)$/, () => ok([])),
  get(/^\/$/, () => ({
    status: 200,
    body: Buffer.from('<!doctype html><title>ComfyUI (simulated)</title>'),
    headers: { 'Content-Type': 'text/html' },
  })),
];
