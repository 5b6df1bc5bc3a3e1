import { ENGINES } from '../../contracts/engines.ts';
import { SERVER_ENGINES } from '../../contracts/names.ts';
import { createEngines } from '../../engines/engines.ts';
import { createLineLogger } from '../../logging.ts';
import type { Finding, Patient } from './finding.ts';

const silent = createLineLogger('doctor', () => undefined);
const AWAY = 'its tasks wait until it does; renders run';

/** What the engines that are servers say of themselves. Chromium, which Remotion needs, has a line of its own. */
export function checkEngines({ config }: Patient): Promise<Finding[]> {
  const engines = createEngines({ config, logger: silent });
  return Promise.all(
    SERVER_ENGINES.map(async (engine): Promise<Finding> => {
      const part = ENGINES[engine].label;
      const health = await engines[engine].check();
      if (!health.up) return { level: 'warn', part, text: `${health.message}; ${AWAY}` };
      return { level: 'ok', part, text: health.detail };
    }),
  );
}
