import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ensureAssetRoot } from '../assets/root.ts';
import type { Logger } from '../logging.ts';

/**
 * The asset folder of `npm start`: the documented default, or a folder next to the data on machines without that disk.
 * @param options.explicit whether ASSET_PATH was set; then no other folder is used.
 * @throws Error with the remedy.
 */
export async function chooseAssetFolder(options: {
  root: string;
  explicit: boolean;
  dataDir: string;
  logger: Logger;
}): Promise<string> {
  const { root, explicit, dataDir, logger } = options;
  try {
    await ensureAssetRoot(root);
    return root;
  } catch (error) {
    if (explicit) throw error;
    const instead = path.join(dataDir, 'assets');
    await mkdir(instead, { recursive: true });
    logger.info(`Assets: ${instead}, because ${root} does not exist; set ASSET_PATH to use another folder`);
    return instead;
  }
}
