import { Agent } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { openAddress } from '../../src/sources/open-address.ts';
import { CERTIFICATE, startSource } from '../helpers/source-server.ts';

const open = async (address: string) => {
  const dispatcher = new Agent({ connect: { ca: CERTIFICATE } });
  onTestFinished(() => dispatcher.destroy());
  return openAddress(address, { dispatcher, allowHttp: false, signal: AbortSignal.timeout(20_000) });
};

test('A redirect to http:// is not followed', async () => {
  const plain = await startSource((_request, response) => void response.end('x'), { plain: true });
  const { base } = await startSource((_request, response) => {
    response.writeHead(302, { location: `${plain.base}/fox.png` }).end();
  });
  await expect(open(`${base}/a`)).rejects.toMatchObject({
    code: 'source_refused',
    message: expect.stringMatching(/it leads on to localhost:\d+, which has http:\/\/$/) as string,
  });
  expect(plain.asked).toEqual([]);
});

test.each(['file:///etc/passwd', 'data:text/plain,x', 'gopher://127.0.0.1:6379/_x'])(
  'A redirect to %s is not followed',
  async (location) => {
    const { base } = await startSource((_request, response) => void response.writeHead(302, { location }).end());
    await expect(open(`${base}/a`)).rejects.toThrow(
      /it leads on to (?:an address|127\.0\.0\.1:6379), which has (?:file|data|gopher):\/\/$/,
    );
  },
);

test('The first extension in a row of redirects counts, and after that the declared type', async () => {
  const { base } = await startSource(({ url }, response) => {
    if (url === '/a.MP4?b=c.d') response.writeHead(302, { location: '/b.bin' }).end();
    else response.writeHead(200, { 'content-type': 'Audio/MPEG; x=y', 'content-length': '1' }).end('x');
  });
  expect(await open(`${base}/a.MP4?b=c.d`)).toMatchObject({ extension: 'mp4', sizeBytes: 1 });
  expect(await open(`${base}/b`)).toMatchObject({ extension: 'mp3' });
});
