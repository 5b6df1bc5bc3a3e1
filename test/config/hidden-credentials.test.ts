import { expect, test } from 'vitest';
import { addressOf, refuseExposure } from '../../src/api/exposure.ts';
import { loadConfig, type Config } from '../../src/config.ts';
import { SETTINGS } from '../../src/config/environment.ts';
import { createEngines } from '../../src/engines/engines.ts';
import { messageOf } from '../../src/errors.ts';
import { shownRedis } from '../../src/redis/address.ts';
import { connectRedis, redisTrouble } from '../../src/redis/connection.ts';
import { checkHealth } from '../../src/status/health.ts';
import { createTemporal } from '../../src/temporal/connection.ts';
import { createLines } from '../helpers/lines.ts';

const ADDRESSES = SETTINGS.filter((name) => /(URL|ADDRESS|HOSTS?|ORIGINS)$/.test(name));
const FORMS = [
  'http://user:s3cret@127.0.0.1:1/path?token=s3cret',
  'https://s3cret@127.0.0.1:1',
  'redis://user:s3cret@127.0.0.1:1/0',
  'rediss://:s3cret@127.0.0.1:1/nonsense',
  'http://user:s3cret@127.0.0.1:no-port',
  'user:s3cret@127.0.0.1:1',
];

/** Everything that the API says of its parts: the answer of `/health`, and the lines of its log. */
async function saidOf(config: Config): Promise<string> {
  const { logger, said } = createLines();
  const redis = connectRedis(config.redis, logger);
  const temporal = createTemporal({ ...config.temporal, address: '127.0.0.1:1' });
  const engines = createEngines({ config, logger });
  const health = await checkHealth({
    temporal,
    redis,
    config,
    engines,
    redisWriteRefusal: () => Promise.resolve(null),
  });
  said.push(redisTrouble(redis), shownRedis(config.redis), addressOf(config.http), config.temporal.address);
  try {
    refuseExposure(config);
  } catch (error) {
    said.push(messageOf(error));
  }
  redis.disconnect();
  await temporal.connection.close();
  return said.join('\n') + JSON.stringify(health);
}

test('Every setting with an address is among those that are tested', () => {
  expect(ADDRESSES).toEqual(
    expect.arrayContaining(['REDIS_URL', 'REDIS_HOST', 'COMFYUI_URL', 'COSYVOICE_URL', 'TEMPORAL_ADDRESS', 'HOST']),
  );
});

test.each(ADDRESSES)(
  'No credentials in %s are shown by an answer, a line of the log or a refusal to start',
  async (name) => {
    for (const value of FORMS) {
      const env = {
        REDIS_PORT: '1',
        COMFYUI_URL: 'http://127.0.0.1:1',
        COSYVOICE_URL: 'http://127.0.0.1:1',
        [name]: value,
      };
      let said: string;
      try {
        said = await saidOf(loadConfig(env));
      } catch (error) {
        said = messageOf(error);
        expect(said).toContain(name);
      }
      expect(said).not.toContain('s3cret');
    }
  },
);
