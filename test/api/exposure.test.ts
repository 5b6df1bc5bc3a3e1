import { expect, test } from 'vitest';
import { addressOf, describeKeys, refuseExposure } from '../../src/api/exposure.ts';
import { loadConfig } from '../../src/config.ts';

const start = (env: NodeJS.ProcessEnv) => () => refuseExposure(loadConfig(env));

test('Without keys the API is for this machine, with keys for all', () => {
  expect(loadConfig({}).http.host).toBe('127.0.0.1');
  expect(loadConfig({ API_KEYS: 'a:1' }).http.host).toBe('0.0.0.0');
  expect(loadConfig({ API_KEYS: 'a:1', HOST: '127.0.0.1' }).http.host).toBe('127.0.0.1');
});

test.each(['0.0.0.0', '::', '192.168.1.7', 'gpu-box', '1270.0.0.1', 'localhost.example'])(
  'Without keys it does not start on %s, and says what to do',
  (host) => {
    expect(start({ HOST: host })).toThrow(/API_KEYS.*ALLOW_INSECURE=true/);
    expect(start({ HOST: host, API_KEYS: 'a:1' })).not.toThrow();
    expect(start({ HOST: host, ALLOW_INSECURE: 'true' })).not.toThrow();
  },
);

test.each(['127.0.0.1', '127.8.0.1', 'localhost', '::1'])('Without keys it starts on %s', (host) => {
  expect(start({ HOST: host })).not.toThrow();
});

test('The log names the keys with their roles, and a missing admin, but no key and no hash', () => {
  const linesFor = (keys: string) => describeKeys(loadConfig({ API_KEYS: keys }).apiKeys);
  expect(linesFor('')).toEqual({});
  expect(linesFor('n8n:hunter2,n8n:hunter3')).toEqual({ info: 'API keys: n8n (admin)' });
  expect(linesFor('n8n:hunter2,shop:hunter3')).toEqual({
    info: 'API keys: n8n (submit), shop (submit)',
    warning: expect.stringContaining('No API key has the role admin') as string,
  });
});

test('Addresses in the log can be opened', () => {
  expect(addressOf({ host: '::', port: 8000 })).toBe('http://[::]:8000');
  expect(addressOf({ host: '127.0.0.1', port: 80 })).toBe('http://127.0.0.1:80');
});

test('Origins are checked, and may end in a slash', () => {
  expect(loadConfig({ ALLOWED_ORIGINS: 'https://a.example/, http://localhost:3000' }).http.origins).toEqual([
    'https://a.example',
    'http://localhost:3000',
  ]);
  expect(() => loadConfig({ ALLOWED_ORIGINS: 'a.example' })).toThrow(/ALLOWED_ORIGINS: "a.example"/);
});
