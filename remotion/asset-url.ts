import { staticFile } from 'remotion';

/**
 * URL of an asset, given its path relative to ASSET_PATH. The path is encoded here and not by `staticFile`, which warns
 * of any name with a per cent sign.
 */
export const assetUrl = (relativePath: string): string =>
  [staticFile('assets'), ...relativePath.split('/').map(encodeURIComponent)].join('/');
