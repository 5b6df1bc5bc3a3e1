import { bundle } from '@remotion/bundler';

/** Bundles the composition once and exits. It is a process of its own, because bundling cannot be aborted and takes some 300 MB. */
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
  // Half of the bundle would be source maps.
  rspackOverride: (config) => ({ ...config, devtool: false }),
});
process.exit(0);
