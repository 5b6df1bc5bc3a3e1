import { staticFile } from 'remotion';

/**
 * URL of an asset, given its path relative to ASSET_PATH. The path is encoded here, because `staticFile` warns about
 * every name with a percent sign.
 */
export const assetUrl = (relativePath: string): string =>
  [staticFile('assets'), ...relativePath.split('/').map(encodeURIComponent)].join('/');
