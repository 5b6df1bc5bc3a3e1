/** Bundles the compiled workflow code, with the packages that it imports, into the file that the control worker loads. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const compiled = (file) => fileURLToPath(new URL(`../dist/workflows-temporal/${file}`, import.meta.url));
const { code } = await bundleWorkflowCode({
  workflowsPath: compiled('index.js'),
  logger: new DefaultLogger('WARN'),
});
writeFileSync(compiled('workflow-bundle.js'), code);
