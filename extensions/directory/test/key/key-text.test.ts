import { uuidv7 } from '@signalbox/sdk';
import { fuzzSeed } from '@signalbox/testkit';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { mintKey, readKeyId } from '../../src/key/key-text.ts';

const seed = fuzzSeed();
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const minted = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 48 - 1 }), bytes(10), bytes(20))
  .map(([at, random, secret]) => {
    const id = uuidv7(at, random);
    return { id, key: mintKey(id, secret) };
  });

test(`every key that is made names its row (seed ${seed})`, () => {
  fc.assert(
    fc.property(minted, ({ id, key }) => {
      expect(key).toMatch(/^sbx_key_[0-9a-f]{32}_[0-9a-f]{40}_[0-9a-f]{8}$/);
      expect(readKeyId(key)).toBe(id);
    }),
    { seed, numRuns: 2_000 },
  );
});

test(`a key with one character changed, lost or added is none (seed ${seed})`, () => {
  const change = fc.tuple(
    minted,
    fc.nat(90),
    fc.constantFrom('0', 'f', '_', 'A', ' ', '\n', 'é'),
    fc.constantFrom(0, 1, 2),
  );
  fc.assert(
    fc.property(change, ([{ key }, at, character, how]) => {
      const place = at % key.length;
      const middle = how === 0 ? character : how === 1 ? '' : character + (key[place] ?? '');
      const changed = key.slice(0, place) + middle + key.slice(place + 1);
      fc.pre(changed !== key);
      expect(readKeyId(changed)).toBeUndefined();
    }),
    { seed, numRuns: 5_000 },
  );
});

test(`no other text is a key, and none makes the reader fail (seed ${seed})`, () => {
  const text = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.string().map((rest) => `sbx_key_${rest}`),
  );
  fc.assert(
    fc.property(text, (given) => {
      expect(readKeyId(given)).toBeUndefined();
    }),
    { seed, numRuns: 5_000 },
  );
});
