import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createGuardedAgent,
  createPublicLookup,
  PrivateAddressError,
  type Resolve,
} from '../../src/outbound/guarded-agent.ts';
import { shownAddress } from '../../src/outbound/shown-address.ts';

let port: number;
let asked = 0;
const server = createServer((_request, response) => {
  asked += 1;
  response.writeHead(302, { location: '/elsewhere' }).end('here');
});
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => void server.close());

const answers =
  (...addresses: string[]): Resolve =>
  (_hostname, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

const failure = async (url: string, resolve?: Resolve): Promise<unknown> => {
  const dispatcher = createGuardedAgent({
    allowPrivate: false,
    connectMs: 5000,
    ...(resolve === undefined ? {} : { resolve }),
  });
  try {
    await request(url, { dispatcher });
    return null;
  } catch (error) {
    return error;
  } finally {
    await dispatcher.destroy();
  }
};

describe('The guarded agent', () => {
  test('connects to no address of this machine, however it is written', async () => {
    const before = asked;
    for (const host of ['127.0.0.1', '127.1', '0x7f000001', '2130706433', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0'])
      expect(await failure(`http://${host}:${port}/`)).toBeInstanceOf(PrivateAddressError);
    expect(await failure(`https://localhost:${port}/`)).toBeInstanceOf(PrivateAddressError);
    expect(asked).toBe(before);
  });

  test('connects to no name whose addresses are all private', async () => {
    const before = asked;
    for (const resolve of [answers('127.0.0.1'), answers('::1', '10.0.0.1'), answers('::ffff:127.0.0.1'), answers()]) {
      const error = await failure(`http://rebound.example:${port}/`, resolve);
      expect(error).toBeInstanceOf(PrivateAddressError);
      expect(String(error)).toBe('PrivateAddressError: rebound.example does not lead to a public address');
    }
    expect(asked).toBe(before);
  });

  test('passes on only the public addresses of a name', () => {
    const lookup = createPublicLookup(answers('127.0.0.1', '100::1', '93.184.215.14', '2606:4700:4700::1111'));
    let given: unknown[] = [];
    lookup('both.example', { all: true }, (...all) => (given = all));
    expect(given).toEqual([
      null,
      [
        { address: '93.184.215.14', family: 4 },
        { address: '2606:4700:4700::1111', family: 6 },
      ],
    ]);
    lookup('both.example', {}, (...all) => (given = all));
    expect(given).toEqual([null, '93.184.215.14', 4]);
  });

  const failing =
    (code: string): Resolve =>
    (_hostname, _options, callback) =>
      callback(Object.assign(new Error(code), { code }), []);

  test('does not tell a name that nobody knows from one with private addresses', async () => {
    const url = 'http://name.example/';
    const [unknown, inside] = [await failure(url, failing('ENOTFOUND')), await failure(url, answers('10.0.0.1'))];
    expect(unknown).toBeInstanceOf(PrivateAddressError);
    expect(String(unknown)).toBe(String(inside));
  });

  test('reports that names cannot be resolved now', async () => {
    expect(await failure('http://name.example/', failing('EAI_AGAIN'))).toMatchObject({ code: 'EAI_AGAIN' });
  });

  test('connects to private addresses if they are allowed, and follows no redirect', async () => {
    const dispatcher = createGuardedAgent({ allowPrivate: true, connectMs: 5000 });
    const before = asked;
    for (const host of ['127.0.0.1', 'localhost']) {
      const { statusCode, body } = await request(`http://${host}:${port}/`, { dispatcher });
      expect([statusCode, await body.text()]).toEqual([302, 'here']);
    }
    await dispatcher.close();
    expect(asked).toBe(before + 2);
  });
});

test('A shown address has no user, no password and no query', () => {
  expect(shownAddress('https://me:secret@example.com:8443/hook?token=secret#here')).toBe(
    'https://example.com:8443/hook?…',
  );
  expect(shownAddress('http://10.0.0.5/')).toBe('http://10.0.0.5/');
});
