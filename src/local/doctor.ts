import { loadConfig } from '../config.ts';
import { messageOf } from '../errors.ts';
import {
  checkAssets,
  checkChromium,
  checkFonts,
  checkMiddleware,
  checkRedis,
  checkTemplates,
} from './doctor/checks.ts';
import { checkEngines } from './doctor/engines.ts';
import { checkTemporalBinary, checkTemporalServer } from './doctor/temporal.ts';
import { findingsOf, type Finding } from './doctor/finding.ts';

const PART_WIDTH = 16;

/** `ok    Redis           answers at localhost:6379` */
export const formatFinding = ({ level, part, text }: Finding): string =>
  `${level.padEnd(6)}${part.padEnd(PART_WIDTH)}${text}`;

/** Checks every part without changing anything, and returns one finding for each. */
async function examine(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const patient = { config: loadConfig(env), isSet: (name: string) => (env[name] ?? '').trim() !== '' };
  const rest = await Promise.all([
    checkMiddleware(patient),
    checkTemporalBinary(patient),
    checkTemporalServer(patient),
    checkRedis(patient),
    checkChromium(patient),
    checkAssets(patient),
    checkTemplates(patient),
    checkEngines(patient),
  ]);
  return [
    findingsOf('Node').ok(process.versions.node),
    findingsOf('packages').ok('as in package-lock.json'),
    findingsOf('build').ok('up to date'),
    checkFonts(),
    ...rest.flat(),
  ];
}

try {
  const findings = await examine(process.env);
  for (const finding of findings) process.stdout.write(`${formatFinding(finding)}\n`);
  const failed = findings.some(({ level }) => level === 'FAIL');
  process.stdout.write(failed ? '\nThe middleware cannot run yet: see FAIL above.\n' : '\nReady: `npm start`.\n');
  process.exit(failed ? 1 : 0);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}
