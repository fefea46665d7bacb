import { hideInObject, hideValues, type JsonObject } from '@signalbox/sdk';
import { expect, test } from 'vitest';

const value = 'a "quoted"/value+$&';
const lines = 'first line\nsecond-line-of-it-all\r\n-third-line-of-all-';
const redact = hideValues([value, 'short', '1234567890', 'a "quoted"', lines]);

test.each([
  ['as it is', `x ${value} y`, 'x [redacted] y'],
  ['twice', `${value}${value}`, '[redacted][redacted]'],
  ['in JSON', JSON.stringify({ x: value }), '{"x":"[redacted]"}'],
  ['in an address', `?key=${encodeURIComponent(value)}&x`, '?key=[redacted]&x'],
  ['in a form', new URLSearchParams({ key: value }).toString(), 'key=[redacted]'],
  ['in base64', Buffer.from(value).toString('base64url'), '[redacted]'],
  ['in hexadecimal digits', Buffer.from(value).toString('hex'), '[redacted]'],
  ['in base64, behind a name', Buffer.from(`user:${value}`).toString('base64'), 'dXNlcjp[redacted]'],
  [
    'in base64, behind a longer one',
    Buffer.from(`bearer ${value}`).toString('base64'),
    'YmVhcmVyIG[redacted]=',
  ],
  ['in base64, before something', Buffer.from(`us:${value}:x`).toString('base64url'), 'dXM6[redacted]jp4'],
  ['a line of it', 'x second-line-of-it-all y', 'x [redacted] y'],
])('a value is not told %s', (_how, text, clean) => {
  expect(redact(text)).toBe(clean);
});

test.each([
  'short',
  'a "quo',
  'nothing of it',
  '',
  'first line',
  // Who can have texts looked through must not find out a value a character at a time.
  `it was ${lines.slice(0, 20)}`,
  '123456789',
])('"%s" is left as it is', (text) => {
  expect(redact(text)).toBe(text);
  expect(hideValues([])(text)).toBe(text);
});

test('in JSON, names of members and numbers tell nothing either, and what is not concerned keeps its type', () => {
  const big = (JSON as unknown as { rawJSON: (text: string) => JsonObject }).rawJSON('1234567890123456789');
  const given = { [value]: [1_234_567_890, 12, true, null, { deep: value }], __proto__: 1, big };
  expect(hideInObject(redact, given)).toEqual({
    '[redacted]': ['[redacted]', 12, true, null, { deep: '[redacted]' }],
    big: '[redacted]123456789',
  });
});

test.each([
  ['of Python', 'sch\u00f6n/geheim<1>', '"sch\\u00f6n/geheim<1>"'],
  ['of PHP', 'sch\u00f6n/geheim<1>', '"sch\\u00F6n\\/geheim<1>"'],
  ['of Go', 'sch\u00f6n/geheim<1>', '"sch\u00f6n/geheim\\u003c1\\u003e"'],
  ['within JSON', 'quoted"secret', JSON.stringify(JSON.stringify('quoted"secret')).slice(3, -3)],
  ['in digits in capitals', 'some secret', Buffer.from('some secret').toString('hex').toUpperCase()],
  ["in an address, with !'()*", "it's (a) secret!", 'it%27s%20%28a%29%20secret%21'],
])('a value is not told in the spelling %s', (_how, secret, text) => {
  expect(hideValues([secret])(text)).toMatch(/^"?(?:\\")?\[redacted\](?:\\")?"?$/);
});

test('of values that overlap each other, or themselves, nothing stays', () => {
  const overlapping = hideValues(['zzzzzzzzs', 'secret-of-somebody', 'abababab']);
  expect(overlapping('ok zzzzzzzzsecret-of-somebody.')).toBe('ok [redacted].');
  expect(overlapping('x abababababab y')).toBe('x [redacted] y');
});

test.each([
  ['control characters', '\u0001'.repeat(6_000)],
  [
    'every character there is',
    Array.from({ length: 8_000 }, (_, index) => String.fromCharCode(index)).join(''),
  ],
  ['many lines', 'a line of a key 1\n'.repeat(450)],
  ['what an expression would be made of', String.raw`(((((a+)+)+)+$|^[\u0000-\uffff]{9})*`],
])('a value of %s is taken out, too', (_what, secret) => {
  const hide = hideValues([secret]);
  expect(hide(`x ${secret} y`)).toBe('x [redacted] y');
  expect(hide('a text of '.repeat(10_000))).toBe('a text of '.repeat(10_000));
});

test('long texts and many values are looked through quickly', () => {
  const many = hideValues(Array.from({ length: 64 }, (_, index) => `${index}-${'secret'.repeat(160)}`));
  const startedAt = performance.now();
  many('secret.'.repeat(100_000));
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
