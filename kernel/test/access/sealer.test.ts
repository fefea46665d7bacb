import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JsonValue } from '@signalbox/sdk';
import { expectCode } from '@signalbox/sdk/expect-code';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDataFolder } from '../../src/access/data-folder.ts';
import { makeSealer } from '../../src/access/make-sealer.ts';
import { openSealKey } from '../../src/access/seal-key.ts';

const seed = 20261123;
const sealer = makeSealer(Buffer.alloc(32, 7));

describe('a seal', () => {
  test(`opens to what was sealed, for its own purpose only (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), fc.string(), (value, purpose, other) => {
        const text = sealer.seal(purpose, value as JsonValue);
        expect(JSON.stringify(sealer.open(purpose, text))).toBe(
          JSON.stringify(JSON.parse(sortedJson(value))),
        );
        if (other !== purpose) expect(sealer.open(other, text)).toBe(undefined);
      }),
      { seed, numRuns: 500 },
    );
  });

  test('is refused with any one bit changed', () => {
    const text = sealer.seal('p', { state: 'secret', n: 1 });
    const bytes = Buffer.from(text, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(sealer.open('p', changed.toString('base64url'))).toBe(undefined);
    }
  });

  test.each([
    ['nothing', ''],
    ['noise', 'abc'],
    ['another spelling of the same bytes', `${sealer.seal('p', 1)}=`],
    ['a seal cut short', sealer.seal('p', 1).slice(0, 20)],
    ['what another key sealed', makeSealer(Buffer.alloc(32, 8)).seal('p', 1)],
    ['what is far too long', 'A'.repeat(2_000_000)],
  ])('is not taken for %s', (_what, text) => {
    expect(sealer.open('p', text)).toBe(undefined);
  });

  test('differs each time and shows nothing of its content', () => {
    const [one, two] = [sealer.seal('p', 'visible'), sealer.seal('p', 'visible')];
    expect(one).not.toBe(two);
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('visible');
  });
});

describe('the key of the seals', () => {
  let folder: string;

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'signalbox-seal-')), 'data');
    openDataFolder(folder);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is minted once, for its owner only', () => {
    const key = openSealKey(folder);
    expect(key.length).toBe(32);
    expect(openSealKey(folder).equals(key)).toBe(true);
    expect(statSync(join(folder, 'seal.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'seal.key'), 'utf8').trim()).toBe(key.toString('base64url'));
  });

  test('that is damaged stops the start, with what to do', () => {
    writeFileSync(join(folder, 'seal.key'), 'short', { mode: 0o600 });
    const error = expectCode('invalid_settings', () => openSealKey(folder));
    expect(error.message).toContain('is damaged; restore it from a backup, or delete it');
  });
});

/** JSON with the members of every object in order, as seals keep them. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : each,
  );
}
