import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { ConfigError } from '../src/config/parse-settings.ts';

test('Without any variable the documented defaults hold', () => {
  const config = loadConfig({ HOME: '/home/someone' });
  expect(config.redis).toEqual({ host: 'localhost', port: 6379 });
  expect(config.engines.comfyui.url).toBe('http://localhost:8188');
  expect(config.engines.cosyvoice.url).toBe('http://localhost:50000');
  expect(config.assets.root).toBe('/mnt/data_ssd/mcn/assets');
  expect(config.http.port).toBe(8000);
});

test('An empty variable counts as unset', () => {
  expect(loadConfig({ REDIS_HOST: '', PORT: ' ' })).toMatchObject({
    redis: { host: 'localhost' },
    http: { port: 8000 },
  });
});

test('An empty cache folder means the default one, not the working folder', () => {
  expect(loadConfig({ XDG_CACHE_HOME: '' }).cacheDir).toBe(loadConfig({}).cacheDir);
  expect(loadConfig({ XDG_CACHE_HOME: '/var/cache' }).cacheDir).toBe('/var/cache/gpu-middleware');
});

test('A password of Redis is taken as it is, and none where it is empty', () => {
  expect(loadConfig({ REDIS_PASSWORD: ' s3cret"' }).redis.password).toBe(' s3cret"');
  expect(loadConfig({ REDIS_PASSWORD: '' }).redis.password).toBeUndefined();
});

test('Every wrong variable is named in one error', () => {
  const load = () => loadConfig({ REDIS_PORT: 'six', COMFYUI_URL: 'comfy', PORT: '70000' });
  expect(load).toThrow(ConfigError);
  expect(load).toThrow(/REDIS_PORT="six"[\s\S]*COMFYUI_URL="comfy"[\s\S]*PORT="70000"/);
});

test.each([
  { COMFYUI_URL: 'ftp://user:hunter2@host' },
  { COSYVOICE_URL: 'user:hunter2@host:50000' },
  { TEMPORAL_ADDRESS: 'user:hunter2@host:7233' },
  { TEMPORAL_UI_URL: 'host?token=hunter2' },
  { REDIS_HOST: 'user:hunter2@host' },
  { REDIS_PORT: 'tcp://user:hunter2@host:6379' },
  { REDIS_URL: 'hunter2' },
  { REDIS_URL: 'redis://:hunter2@host/x' },
  { REDIS_URL: 'redis://:p?hunter2@host' },
  { REDIS_URL: 'http://:hunter2@host' },
  { COMFYUI_HEADERS: 'Bearer hunter2' },
  { COMFYUI_HEADERS: '{"Authorization": "hunter2\\n"}' },
  { API_KEYS: 'hunter2' },
])('The error about a wrong setting contains no secret: %j', (env) => {
  const name = Object.keys(env)[0] ?? '';
  expect(() => loadConfig(env)).toThrow(name);
  expect(() => loadConfig(env)).not.toThrow(/hunter2/);
});

test('Addresses of engines may be shown; their credentials are only for the drivers', () => {
  const config = loadConfig({
    COMFYUI_URL: 'https://user:hunter2@host/comfy/?token=hunter3',
    TEMPORAL_UI_URL: 'http://user:hunter2@ui:8233/',
  });
  expect(config.engines.comfyui.url).toBe('https://host/comfy');
  expect(config.temporal.uiUrl).toBe('http://ui:8233');
  expect(config.engines.comfyui.address).toBe('https://user:hunter2@host/comfy/?token=hunter3');
});

test('The metrics of the SDK need an IP address and a port', () => {
  const addressOf = (value: string) => loadConfig({ TEMPORAL_METRICS_ADDRESS: value }).sdkMetricsAddress;
  expect(addressOf('')).toBeUndefined();
  for (const good of ['127.0.0.1:9464', '0.0.0.0:1', '[::1]:65535']) expect(addressOf(good)).toBe(good);
  for (const bad of [
    '9464',
    ':9464',
    'localhost:9464',
    '127.0.0.1:0',
    '127.0.0.1:65536',
    '::1:9464',
    '[127.0.0.1]:1',
    '1.2.3:4',
  ])
    expect(() => addressOf(bad)).toThrow('expected an IP address and a port, such as 127.0.0.1:9464');
});

test('REDIS_URL sets user, password, database and TLS, and takes precedence over REDIS_HOST', () => {
  expect(loadConfig({ REDIS_URL: 'rediss://me:p%40ss@cache:6380/3', REDIS_HOST: 'other' }).redis).toEqual({
    host: 'cache',
    port: 6380,
    username: 'me',
    password: 'p@ss',
    db: 3,
    tls: true,
  });
  expect(loadConfig({ REDIS_URL: 'redis://[::1]', REDIS_PASSWORD: 'p' }).redis).toMatchObject({
    host: '::1',
    port: 6379,
    password: 'p',
    tls: false,
  });
});

test('ASSET_ALIASES maps prefixes of older machines to folders of this one', () => {
  expect(loadConfig({ ASSET_ALIASES: '/opt/mcn/assets, /srv/media=media' }).assets.aliases).toEqual([
    { from: '/opt/mcn/assets', to: '' },
    { from: '/srv/media', to: 'media' },
  ]);
  expect(() => loadConfig({ ASSET_ALIASES: 'media' })).toThrow(/not an absolute path/);
});

test('Templates are read from the folder of the project unless another is named', () => {
  expect(loadConfig({}).templatesFolder).toBe(fileURLToPath(new URL('../comfy-templates', import.meta.url)));
  expect(loadConfig({ COMFY_TEMPLATES_PATH: '/srv/templates' }).templatesFolder).toBe('/srv/templates');
});
