import path from 'node:path';
import { bundle } from '@remotion/bundler';
import { renderMedia, selectComposition } from '@remotion/renderer';
import { projectRoot } from '../../../src/host/project.ts';

/**
 * The film by `renderMedia`, as well as it can be set: what somebody who knows Remotion gets without us. The bundle is
 * not counted.
 */
const [publicDir = '', folder = '', outputLocation = '', browserExecutable = ''] = process.argv.slice(2);
const root = projectRoot();
const serveUrl = await bundle({
  entryPoint: path.join(root, 'test', 'bench', 'render', 'composition', 'index.ts'),
  publicDir,
  outDir: path.join(folder, 'bundle'),
  rootDir: root,
  rspack: true,
  enableCaching: false,
});
const shared = {
  serveUrl,
  browserExecutable,
  inputProps: { tags: 'media' },
  chromeMode: 'headless-shell',
  logLevel: 'error',
} as const;
process.send?.('begin');
const composition = await selectComposition({ ...shared, id: 'film' });
await renderMedia({
  ...shared,
  composition,
  outputLocation,
  concurrency: 2,
  codec: 'h264',
  x264Preset: 'veryfast',
  jpegQuality: 90,
  colorSpace: 'bt709',
});
process.send?.('end');
process.disconnect();
