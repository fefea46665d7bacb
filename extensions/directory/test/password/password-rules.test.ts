import { expect, test } from 'vitest';
import { normalizePassword, readNewPassword } from '../../src/password/password-rules.ts';

test.each([
  ['too short', 'eleven char', /has 11 characters; it must have 12 to 200/],
  ['too long', 'x1'.repeat(101), /has 202 characters/],
  ['a common one', 'Password1234', /one of the first that are tried/],
  ['a common one with a sign at the end', 'password1234!!', /one of the first/],
  ['one character only', 'aaaaaaaaaaaaaa', /one of the first/],
  ['the login', 'long.login@example', /one of the first/],
])('a password is refused when it is %s', (_, typed, message) => {
  expect(() => readNewPassword(typed, 'long.login@example')).toThrow(
    expect.objectContaining({ code: 'invalid_params', message: expect.stringMatching(message) }),
  );
});

test('characters are counted as people see code points, and the same password is the same in every form', () => {
  expect(readNewPassword('🦊🦉🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔', 'ann')).toBe('🦊🦉🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔');
  expect(normalizePassword('ﬁne cafe\u0301 words')).toBe(normalizePassword('fine caf\u00e9 words'));
});
