import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../../../src/config.ts';
import { timelineSchema } from '../../../src/contracts/timeline.ts';
import { createRemotionDriver } from '../../../src/drivers/remotion/driver.ts';
import { createLineLogger } from '../../../src/logging.ts';
import { timeline } from './script.ts';

/**
 * The film by our driver, as the worker calls it. The bundle is made at the worker's start and not counted; browsers
 * start within the measure.
 */
const [assetRoot = '', cacheDir = '', outputFile = '', browserExecutable = ''] = process.argv.slice(2);
const workDir = path.join(assetRoot, 'work', 'bench');
await mkdir(workDir, { recursive: true });
const { signal } = new AbortController();
const { encoder, concurrency, silenceSeconds } = loadConfig(process.env).render;
const driver = createRemotionDriver({
  assetRoot,
  cacheDir,
  browserExecutable,
  encoder,
  ...(concurrency === undefined ? {} : { concurrency }),
  silenceSeconds,
  logger: createLineLogger('bench', (line) => process.stderr.write(`${line}\n`)),
});
await driver.prepare(signal);
process.send?.('begin');
await driver.render(
  { timeline: timelineSchema.parse(timeline()), subtitleFiles: new Map(), outputFile, workDir },
  { signal, onProgress: () => undefined },
);
process.send?.('end');
await driver.close();
process.disconnect();
