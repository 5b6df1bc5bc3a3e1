import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPrivateHost, isPublicAddress } from '../../src/outbound/private-address.ts';

const PRIVATE_BLOCKS: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

type Octets = [number, number, number, number];
const dotted = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
const numberOf = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) >>> 0;
const maskOf = (bits: number): number => (0xff_ff_ff_ff << (32 - bits)) >>> 0;
const isIn = (value: number, [block, bits]: readonly [string, number]): boolean =>
  (value & maskOf(bits)) >>> 0 === numberOf(block);

const anyNumber = fc.integer({ min: 0, max: 0xff_ff_ff_ff });
const privateNumber = fc
  .tuple(fc.constantFrom(...PRIVATE_BLOCKS), anyNumber)
  .map(([[block, bits], value]) => (numberOf(block) | (value & ~maskOf(bits))) >>> 0);
/** The last 32 bits of an IPv6 address. */
const groups = (value: number): string => `${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;
const EMBEDDED = ['::ffff:', '64:ff9b::'];
const TUNNELLED: ((value: number) => string)[] = [
  (value) => `2002:${groups(value)}::1`,
  (value) => `2001:0:${groups(value)}::`,
  (value) => `64:ff9b:1::${groups(value)}`,
  (value) => `::ffff:0:${groups(value)}`,
  (value) => `::${groups(value)}`,
];
/** The ways to write an IPv4 address in a URL. */
const spellings = (value: number): string[] => {
  const parts = dotted(value).split('.').map(Number) as Octets;
  return [
    dotted(value),
    `${dotted(value)}.`,
    String(value),
    `0x${value.toString(16)}`,
    `0${value.toString(8)}`,
    parts.map((part) => `0${part.toString(8)}`).join('.'),
    parts.map((part) => `0x${part.toString(16)}`).join('.'),
    `${parts[0]}.${(parts[1] << 16) + (parts[2] << 8) + parts[3]}`,
    `[::ffff:${dotted(value)}]`,
    `[0:0:0:0:0:FFFF:${groups(value)}]`,
    `[64:ff9b::${dotted(value)}]`,
    [...dotted(value)].map((sign) => (sign === '.' ? '。' : sign)).join(''),
    encodeURIComponent(dotted(value)).replaceAll('1', '%31'),
  ];
};
const hostOf = (spelling: string): string => new URL(`http://${spelling}/hook`).hostname;

describe('An address', () => {
  test('of a private block is refused, and so is what contains it', () => {
    fc.assert(
      fc.property(privateNumber, (value) => {
        for (const address of [dotted(value), ...EMBEDDED.map((prefix) => prefix + groups(value))])
          expect({ address, public: isPublicAddress(address) }).toEqual({ address, public: false });
      }),
    );
  });

  test('outside these blocks is public, and so is what contains it', () => {
    const ours = (value: number): boolean => PRIVATE_BLOCKS.some((block) => isIn(value, block));
    // Blocks of single services, such as the relays of 6to4.
    const special = ['192.31.196.0', '192.52.193.0', '192.88.99.0', '192.175.48.0'];
    fc.assert(
      fc.property(anyNumber, (value) => {
        fc.pre(!ours(value) && !special.some((block) => isIn(value, [block, 24])));
        for (const address of [dotted(value), ...EMBEDDED.map((prefix) => prefix + groups(value))])
          expect({ address, public: isPublicAddress(address) }).toEqual({ address, public: true });
      }),
    );
  });

  test('of a tunnel is refused, whatever it contains', () => {
    fc.assert(
      fc.property(anyNumber, fc.constantFrom(...TUNNELLED), (value, write) => {
        expect(isPublicAddress(write(value))).toBe(false);
      }),
    );
  });

  test('of IPv6 is public only in the block of public addresses', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (parts) => {
        const [first = 0] = parts;
        fc.pre(first < 0x20_00 || first > 0x3f_ff);
        // The well-known prefix of NAT64 is among them with a probability of nearly 0.
        expect(isPublicAddress(parts.map((part) => part.toString(16)).join(':'))).toBe(false);
      }),
    );
    for (const address of ['2606:4700:4700::1111', '2a00:1450:4001:82a::200e', '2001:4860:4860::8888'])
      expect({ address, public: isPublicAddress(address) }).toEqual({ address, public: true });
    for (const address of ['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'fec0::1', 'ff02::1'])
      expect({ address, public: isPublicAddress(address) }).toEqual({ address, public: false });
    for (const address of ['2001:db8::1', '3fff::1', '100::1', '2001:2::1', '2001:10::1', '5f00::1', '4000::1'])
      expect({ address, public: isPublicAddress(address) }).toEqual({ address, public: false });
  });

  test('that is none is refused', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^[\d.]+$|:/.test(text));
        expect(isPublicAddress(text)).toBe(false);
      }),
    );
    for (const text of ['', '127.1', '1', '0x8.8.8.8', '8.8.8.8 ', '[2606:4700::1]'])
      expect({ text, public: isPublicAddress(text) }).toEqual({ text, public: false });
  });
});

describe('The host of a URL', () => {
  test('is recognised as private in every spelling', () => {
    fc.assert(
      fc.property(privateNumber, (value) => {
        for (const spelling of spellings(value))
          expect({ spelling, private: isPrivateHost(hostOf(spelling)) }).toEqual({ spelling, private: true });
      }),
    );
    for (const spelling of ['[::1]', '[::]', '[fe80::1]', '[fd12::3]', 'localhost', 'LOCALHOST.', 'n8n.localhost'])
      expect({ spelling, private: isPrivateHost(hostOf(spelling)) }).toEqual({ spelling, private: true });
  });

  test('is not private if it is public, or a name that must be looked up', () => {
    for (const spelling of spellings(numberOf('93.184.215.14')))
      expect({ spelling, private: isPrivateHost(hostOf(spelling)) }).toEqual({ spelling, private: false });
    for (const spelling of ['example.com', 'localhost.example.com', 'notlocalhost', '[2606:4700::1]', 'host.local'])
      expect({ spelling, private: isPrivateHost(hostOf(spelling)) }).toEqual({ spelling, private: false });
  });
});
