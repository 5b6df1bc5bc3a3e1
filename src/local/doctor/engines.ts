import { ENGINES } from '../../contracts/engines.ts';
import { SERVER_ENGINES } from '../../contracts/names.ts';
import { createEngines } from '../../engines/engines.ts';
import { createLineLogger } from '../../logging.ts';
import { findingsOf, type Finding, type Patient } from './finding.ts';

const silent = createLineLogger('doctor', () => undefined);
const AWAY = 'its tasks wait until it does; renders run';

/** The state of the engines that are servers. Chromium, which Remotion needs, has its own line. */
export function checkEngines({ config }: Patient): Promise<Finding[]> {
  const engines = createEngines({ config, logger: silent });
  return Promise.all(
    SERVER_ENGINES.map(async (engine): Promise<Finding> => {
      const { ok, warn } = findingsOf(ENGINES[engine].label);
      const health = await engines[engine].check();
      return health.up ? ok(health.detail) : warn(`${health.message}; ${AWAY}`);
    }),
  );
}
