import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPlainName, prefixedName, prefixedUri, readPrefixedUri } from '../../src/catalog/public-name.ts';

const id = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/);
const runs = { seed: 20_261_123, numRuns: 500 };

describe('the public name of a tool of an upstream', () => {
  test.each([
    ['files', 'read', 'files__read'],
    ['files', '_read', 'files___read'],
    ['files', 'a.b', 'files__a_b_386a2e7d'],
    ['files', 'read.all', 'files__read_all_'],
    ['files', 'read all', 'files__read_all_'],
    ['files', 'lesen-für', 'files__lesen-f_r_'],
    ['files', 'r'.repeat(57), `files__${'r'.repeat(57)}`],
    ['files', 'r'.repeat(58), `files__${'r'.repeat(48)}_`],
    ['files', '😀', 'files_____'],
  ])('%s and %j make %s', (source, name, wanted) => {
    const made = prefixedName(source, name);
    expect(made.startsWith(wanted)).toBe(true);
    expect(made === `${source}__${name}` || /_[0-9a-f]{8}$/.test(made)).toBe(true);
  });

  test('is short and safe whatever the upstream calls it, and differs for different tools', () => {
    fc.assert(
      fc.property(
        id,
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.string({ maxLength: 200 }),
        (source, a, b) => {
          const [first, second] = [prefixedName(source, a), prefixedName(source, b)];
          expect(first).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
          expect(prefixedName(source, a)).toBe(first);
          expect(first === second).toBe(a === b);
        },
      ),
      runs,
    );
  });

  test.each([
    ['create_task', true],
    ['a', true],
    ['a-B_9', true],
    ['a__b', false],
    ['', false],
    ['a.b', false],
    ['a b', false],
    ['a'.repeat(64), true],
    ['a'.repeat(65), false],
  ])('an extension may call its own tool %j: %s', (name, isGood) => {
    expect(isPlainName(name)).toBe(isGood);
  });
});

describe('the prefixed URI of a resource', () => {
  test('leads back to its source and its own URI', () => {
    fc.assert(
      fc.property(
        id,
        fc.webUrl({ withQueryParameters: true, withFragments: true }),
        (source, originalUri) => {
          expect(readPrefixedUri(prefixedUri(source, originalUri))).toEqual({ source, originalUri });
        },
      ),
      runs,
    );
  });

  test.each([
    ['file:///a'],
    ['signalbox://'],
    ['signalbox://files'],
    ['signalbox://files/'],
    ['signalbox://FILES/a'],
    ['signalbox://files/%E0%A4%A'],
    ['http://signalbox://files/a'],
  ])('%s is none', (uri) => {
    expect(readPrefixedUri(uri)).toBe(undefined);
  });
});
