import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { REDIS_SETTINGS } from '../../src/local/redis.ts';
import { SERVER_OPTIONS, TEMPORAL_CLI_VERSION } from '../../src/local/temporal-settings.ts';
import compose from '../fixtures/compose-spec.json' with { type: 'json' };

interface Service {
  image?: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  healthcheck?: { test: string[] };
}

const file = parse(readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8'), { merge: true }) as {
  services: Record<'redis' | 'temporal' | 'api' | 'worker', Service>;
  volumes: Record<string, unknown>;
};
const { services } = file;

/** Whether `part` stands in `whole` as one piece. */
const holds = (whole: readonly string[] = [], part: readonly string[]): boolean =>
  whole.some((_, start) => part.every((word, index) => whole[start + index] === word));

describe('docker-compose.yml', () => {
  // The schema is that of github.com/compose-spec/compose-go v2.16.2 (Apache-2.0), which Docker itself uses.
  test('is valid by the schema of the Compose specification', () => {
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(compose);
    validate(file);
    expect(validate.errors).toBeNull();
  });

  test('gives Temporal the settings of npm start, and the version that was tested', () => {
    expect(holds(services.temporal.command, SERVER_OPTIONS)).toBe(true);
    expect(services.temporal.image).toBe(`temporalio/temporal:${TEMPORAL_CLI_VERSION}`);
  });

  test('gives Redis the settings of npm start', () => {
    for (const [name, value] of Object.entries(REDIS_SETTINGS))
      expect(holds(services.redis.command, [`--${name}`, value])).toBe(true);
  });

  test('declares every volume that a service mounts, and offers nothing but the API beyond this machine', () => {
    const mounted = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => volume.split(':/')[0]),
    );
    const named = mounted.map((name) => name?.replace(/^\$\{ASSET_FOLDER:-(.*)\}$/, '$1'));
    expect(new Set(named)).toEqual(new Set(Object.keys(file.volumes)));
    for (const service of ['redis', 'temporal'] as const)
      for (const port of services[service].ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test('watches the health of every service', () => {
    for (const service of Object.values(services)) expect(service.healthcheck?.test[0]).toBe('CMD');
  });

  test('runs API and worker from one image with the same settings', () => {
    expect(services.worker.image).toBe(services.api.image);
    expect(services.worker.environment).toMatchObject(services.api.environment ?? {});
  });
});
