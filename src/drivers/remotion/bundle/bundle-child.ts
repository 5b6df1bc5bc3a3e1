import { bundle } from '@remotion/bundler';

/**
 * Bundles the composition once and exits. It is a separate process, because bundling cannot be aborted and takes about
 * 300 MB.
 */
const [entryPoint, outDir, rootDir] = process.argv.slice(2);
if (entryPoint === undefined || outDir === undefined || rootDir === undefined)
  throw new Error('usage: bundle-child <entry point> <output folder> <project root>');

process.on('disconnect', () => process.exit(1));
await bundle({
  entryPoint,
  outDir,
  rootDir,
  rspack: true,
  enableCaching: false,
  // Source maps would be half of the bundle.
  rspackOverride: (config) => ({ ...config, devtool: false }),
});
process.exit(0);
