import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fontConfig, writeFontConfig } from '../../../../src/drivers/remotion/browser/font-config.ts';
import { scratchFolder } from '../../../helpers/scratch.ts';

test('Folders with unusual names are escaped.', () => {
  expect(fontConfig('/a & b/<c>', '/cache', '/machine')).toContain('<dir>/a &amp; b/&lt;c&gt;</dir>');
});

test('The file names our font folder and whatever the machine has configured.', async () => {
  const folder = await scratchFolder();
  const file = await writeFontConfig(folder, { FONTCONFIG_FILE: '/mine.conf' });
  const text = await readFile(file, 'utf8');
  expect(text).toContain(`dejavu-fonts-ttf${path.sep}ttf</dir>`);
  expect(text).toContain('<include ignore_missing="yes">/mine.conf</include>');
});
