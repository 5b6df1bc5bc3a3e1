import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRedisUrl, redisUrl, shownRedis } from '../../src/redis/address.ts';

const word = fc.option(fc.string({ unit: 'grapheme', minLength: 1 }), {
  nil: undefined,
});

test('Any user, password and database can be written into an address, and none is shown', () => {
  fc.assert(
    fc.property(word, word, fc.nat(99), fc.boolean(), (username, password, db, tls) => {
      const address = { host: 'cache.example', port: 6380, username, password, db, tls };
      expect(parseRedisUrl(redisUrl(address))).toEqual(address);
      expect(shownRedis(address)).toMatch(/^cache\.example:6380(\/\d+)?( \(TLS\))?$/);
    }),
  );
});
