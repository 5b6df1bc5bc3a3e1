import { expect, test } from 'vitest';
import { abilitiesOf } from '../../../../src/drivers/comfyui/server/versions.ts';

test('The abilities of a server follow from its version; an unknown version has only the common ones', () => {
  expect(['0.3.64', '0.6.0', '0.26.1', '1.0', 'v0.38.1', 'main'].map(abilitiesOf)).toEqual([
    { jobs: false, cancelRoute: false },
    { jobs: true, cancelRoute: false },
    { jobs: true, cancelRoute: true },
    { jobs: true, cancelRoute: true },
    { jobs: true, cancelRoute: true },
    { jobs: false, cancelRoute: false },
  ]);
});
