import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config.ts';
import { SETTING_DEFAULTS, SETTINGS } from '../../src/config/environment.ts';
import { REDIS_SETTINGS } from '../../src/local/redis/server.ts';
import { LARGE_BLOCKS_ARE_GIVEN_BACK } from '../../src/local/stack/large-blocks.ts';
import { SERVER_OPTIONS, TEMPORAL_CLI_VERSION } from '../../src/local/temporal/settings.ts';
import compose from '../fixtures/compose-spec.json' with { type: 'json' };

interface Service {
  image?: string;
  command?: string[];
  environment?: Record<string, string>;
  env_file?: { path: string; required: boolean }[];
  init?: boolean;
  ports?: string[];
  user?: string;
  cap_drop?: string[];
  cap_add?: string[];
  privileged?: boolean;
  security_opt?: string[];
  mem_limit?: string;
  pids_limit?: number;
  volumes?: string[];
  healthcheck?: { test: string[] };
}

const file = parse(readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8'), { merge: true }) as {
  services: Record<'redis' | 'temporal' | 'api' | 'worker', Service>;
  volumes: Record<string, unknown>;
};
const { services } = file;

/** Addresses and folders as they are inside the containers. */
const FIXED = ['HOST', 'PORT', 'REDIS_URL', 'REDIS_HOST', 'REDIS_PORT', 'TEMPORAL_ADDRESS', 'ASSET_PATH'].concat([
  'COMFY_TEMPLATES_PATH',
  'CHROMIUM_EXECUTABLE',
  'LOG_DIR',
  'DATA_DIR',
  'CACHE_DIR',
]);

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
    expect(services.temporal.image).toBe(`\${TEMPORAL_IMAGE:-temporalio/temporal:${TEMPORAL_CLI_VERSION}}`);
  });

  test('gives Redis the settings of npm start', () => {
    for (const [name, value] of Object.entries(REDIS_SETTINGS))
      expect(holds(services.redis.command, [`--${name}`, value])).toBe(true);
  });

  test('lets no service use the rights of root, or take all memory', () => {
    for (const service of Object.values(services)) {
      expect(service).toMatchObject({ cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], pids_limit: 2000 });
      expect(service.mem_limit).toMatch(/^(\d+g|\$\{WORKER_MEMORY:-\d+g\})$/);
      expect([service.cap_add, service.privileged]).toEqual([undefined, undefined]);
    }
    expect(services.redis.user).toBe('redis');
    const image = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8');
    expect(image).toMatch(/\nUSER node\n/);
    const [, version] = /^ARG NODE_IMAGE=node:(\d+)-/m.exec(image) ?? [];
    expect(Number(version)).toBeGreaterThanOrEqual(22);
    expect([...image.matchAll(/^FROM (\S+)/gm)].map(([, from]) => from)).toEqual(['${NODE_IMAGE}', '${NODE_IMAGE}']);
  });

  test('declares every volume that a service mounts, and offers nothing beyond this machine by default', () => {
    const mounted = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => volume.split(':/')[0]).filter((source) => source?.startsWith('./') === false),
    );
    const named = mounted.map((name) => name?.replace(/^\$\{ASSET_FOLDER:-(.*)\}$/, '$1'));
    expect(new Set(named)).toEqual(new Set(Object.keys(file.volumes)));
    for (const service of ['redis', 'temporal'] as const)
      for (const port of services[service].ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(services.api.ports).toEqual(['${PUBLISH_ADDRESS:-127.0.0.1}:${PORT:-8000}:8000']);
    expect(services.worker.ports).toBeUndefined();
  });

  test('watches the health of every service', () => {
    for (const service of Object.values(services)) expect(service.healthcheck?.test[0]).toBe('CMD');
  });

  test('runs API and worker from one image with the same settings', () => {
    expect(services.worker.image).toBe(services.api.image);
    const { GPU_ID: _card, GPU_LOCK_FILE: _lock, ...shared } = services.worker.environment ?? {};
    expect(services.api.environment).toEqual({ ...shared, ...LARGE_BLOCKS_ARE_GIVEN_BACK });
    for (const { init, environment, env_file: files } of [services.api, services.worker]) {
      expect(init).toBe(true);
      expect(files).toEqual([{ path: '.env', required: false }]);
      // What `.env` says of them holds for npm start, not inside a container.
      expect(Object.keys(environment ?? {})).toEqual(expect.arrayContaining(FIXED));
    }
  });

  test('has API and worker read the templates of the project, and one that is dropped there', () => {
    for (const { volumes, environment } of [services.api, services.worker])
      expect(volumes).toContain(`./comfy-templates:${environment?.['COMFY_TEMPLATES_PATH']}:ro`);
  });

  test('gives Redis, API and worker the same password', () => {
    const password = '${REDIS_PASSWORD:-}';
    expect(holds(services.redis.command, ['--requirepass', password])).toBe(true);
    expect(services.worker.environment?.['REDIS_PASSWORD']).toBe(password);
    expect(loadConfig({ REDIS_PASSWORD: '' }).redis.password).toBeUndefined();
  });
});

describe('A setting', () => {
  const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
  const example = [...read('.env.example').matchAll(/^#?([A-Z][A-Z_]+)=(.*)$/gm)];
  /** That docker compose reads, and nobody else. */
  const OF_COMPOSE = ['ASSET_FOLDER', 'WORKER_MEMORY', 'PUBLISH_ADDRESS', 'REDIS_IMAGE', 'TEMPORAL_IMAGE'];
  const sorted = (names: Iterable<string | undefined>) =>
    [...names].toSorted((a, b) => String(a).localeCompare(String(b)));
  const table = [...read('docs/settings.md').matchAll(/^\| `([A-Z_]+)` \|([^|]*)\|/gm)].map(
    ([, name = '', value = '']) => ({ name, value: /^ `([^`]*)`/.exec(value)?.[1] }),
  );

  test('stands in a table of docs/settings.md and in .env.example, and nothing else does', () => {
    const all = sorted([...SETTINGS, ...OF_COMPOSE]);
    expect(sorted(table.map(({ name }) => name))).toEqual(all);
    expect(sorted(example.map(([, name]) => name))).toEqual(all);
  });

  test('has its default in docs/settings.md', () => {
    const shown = table.filter(({ name }) => name in SETTING_DEFAULTS);
    expect(Object.fromEntries(shown.map(({ name, value }) => [name, value]))).toEqual(
      Object.fromEntries(Object.entries(SETTING_DEFAULTS).map(([name, value]) => [name, String(value)])),
    );
  });

  test('has its default in .env.example', () => {
    const config = loadConfig(Object.fromEntries(example.map(([, name, value]) => [name, value])));
    const { temporal, ...rest } = loadConfig({});
    const uiUrl = 'http://localhost:8233';
    expect(config).toEqual({ ...rest, temporal: { ...temporal, uiUrl } });
  });
});
