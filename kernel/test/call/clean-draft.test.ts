import { assert, constantFrom, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { cleanDraft } from '../../src/call/clean-draft.ts';
import { Redactor } from '../../src/observe/redactor.ts';
import { makeDraft } from '../support/open-audit.ts';

const columns = [
  'actor',
  'client',
  'client_version',
  'target',
  'original_name',
  'via',
  'args',
  'credential_id',
  'address',
] as const;

/** Fifty secrets of every kind the hub knows: told to it, or of a form of their own. */
const hex = (index: number): string => `${index}`.padStart(2, '0').repeat(12);
const told = Array.from({ length: 10 }, (_, index) => `canary-${hex(index)}`);
const canaries: readonly (readonly [shown: string, secret: string])[] = Array.from(
  { length: 50 },
  (_, index) => {
    const secret = `canary${hex(index)}`;
    const kinds: readonly (readonly [string, string])[] = [
      [told[index % told.length] ?? '', told[index % told.length] ?? ''],
      [`Bearer ${secret}`, secret],
      [`sbx_key_${secret}_x`, secret],
      [`-----BEGIN EC PRIVATE KEY-----\n${secret}\n-----END EC PRIVATE KEY-----`, secret],
      [`https://user:${secret}@example.test/`, secret],
    ];
    return kinds[index % kinds.length] ?? ['', ''];
  },
);

const redactor = new Redactor();
redactor.add(...told);

test('none of fifty secrets gets into an entry, wherever it stands', () => {
  const around = string({ unit: 'grapheme', maxLength: 40 }).map((text) => `${text} `);
  assert(
    property(
      constantFrom(...canaries),
      constantFrom(...columns),
      around,
      around,
      ([shown, secret], column, before, after) => {
        const draft = cleanDraft(redactor.redact, makeDraft('a', { [column]: `${before}${shown} ${after}` }));
        expect(JSON.stringify(draft)).not.toContain(secret);
      },
    ),
    { seed: 20_261_123, numRuns: 2_000 },
  );
});

test('a secret that is cut at the end is gone as well', () => {
  for (const [shown, secret] of canaries) {
    const text = `${'x'.repeat(256 - Math.ceil(shown.length / 2))} ${shown}`;
    const { target } = cleanDraft(redactor.redact, makeDraft('a', { target: text }));
    expect(target).not.toContain(secret.slice(0, 8));
    expect(target.length).toBeLessThanOrEqual(256);
  }
});

test('every text becomes one that both stores keep and give back the same', () => {
  const odd = string({ unit: 'binary', maxLength: 400 });
  assert(
    property(constantFrom(...columns), odd, (column, text) => {
      const kept = cleanDraft(redactor.redact, makeDraft('a', { [column]: `${text}\0\ud800` }))[column] ?? '';
      expect([kept.includes('\0'), kept.isWellFormed()]).toEqual([false, true]);
    }),
    { seed: 20_261_123, numRuns: 1_000 },
  );
});

test.each([
  ['https://example.test/a:b@c', 'https://example.test/a:b@c'],
  ['ssh://git@host/x', 'ssh://git@host/x'],
  ['postgres://app:pw@db/x', 'postgres://***@db/x'],
  ['{"a":"http://h:80","b":"x@y"}', '{"a":"http://h:80","b":"x@y"}'],
  ['-----BEGIN PRIVATE KEY-----\\nMIIE', '***'],
])('%s is written as %s', (text, wanted) => {
  expect(redactor.redact(text)).toBe(wanted);
});
