import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { replaceFile } from '../../../host/durable-file.ts';

const SYSTEM_CONFIG = '/etc/fonts/fonts.conf';

const xml = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** A fontconfig file with at least one font folder in addition to the fonts of the machine. */
export const fontConfig = (fontFolder: string, cacheFolder: string, machineConfig: string): string =>
  `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${xml(fontFolder)}</dir>
  <cachedir>${xml(cacheFolder)}</cachedir>
  <include ignore_missing="yes">${xml(machineConfig)}</include>
</fontconfig>
`;

/**
 * Writes the file for the browser's `FONTCONFIG_FILE` and returns its path. On a machine without fontconfig or without
 * any font, Chromium does not even draw web fonts (measured), so the project provides a font. The fonts of films are in
 * the bundle.
 */
export async function writeFontConfig(cacheDir: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const fonts = path.dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json'));
  const folder = path.join(cacheDir, 'fonts');
  const file = path.join(folder, 'fonts.conf');
  const text = fontConfig(path.join(fonts, 'ttf'), path.join(folder, 'cache'), env['FONTCONFIG_FILE'] ?? SYSTEM_CONFIG);
  await mkdir(folder, { recursive: true });
  await replaceFile(file, text);
  return file;
}
