import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Redactor } from '../../src/observe/redactor.ts';

describe('the redactor', () => {
  test.each([
    ['a known secret', 'token is s3cr3t-value.', 'token is ***.'],
    ['it twice', 's3cr3t-value s3cr3t-value', '*** ***'],
    ['the longer of two that overlap', 's3cr3t-value-and-more', '***'],
    ['a secret with signs of its own', 'a (x+y)*[z]$ b', 'a *** b'],
    ['a secret as it stands in JSON', JSON.stringify({ a: 'quo"ted\nsecret' }), '{"a":"***"}'],
    ['keys of our own form', 'sbx_owner_01234567_0123456789abcdef0123456789abcdef01234567_01234567', '***'],
    ['bearer tokens nobody told it of', 'authorization: Bearer abc.def-ghi_jkl', 'authorization: Bearer ***'],
    ['nothing else', 'a bearer of news; sbx_x; short', 'a bearer of news; sbx_x; short'],
  ])('takes out %s', (_what, text, redacted) => {
    const redactor = new Redactor();
    redactor.add('s3cr3t-value', 's3cr3t-value-and-more', '(x+y)*[z]$', 'quo"ted\nsecret', 'short');
    expect(redactor.redact(text)).toBe(redacted);
  });

  test('leaves text as it is before it knows any secret', () => {
    expect(new Redactor().redact('plain')).toBe('plain');
  });

  test('lets no secret through, plain or in JSON, whatever it is made of', () => {
    const secret = fc
      .string({ unit: 'binary', minLength: 6, maxLength: 40 })
      .filter((text) => !text.includes('*'));
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 5 }), fc.string(), (secrets, around) => {
        const redactor = new Redactor();
        redactor.add(...secrets);
        for (const each of secrets) {
          expect(redactor.redact(`${around}${each}${around}`)).not.toContain(each);
          const json = redactor.redact(JSON.stringify({ [around]: each }));
          expect(json).not.toContain(JSON.stringify(each).slice(1, -1));
        }
      }),
      { seed: 20_261_202, numRuns: 300 },
    );
  });
});
