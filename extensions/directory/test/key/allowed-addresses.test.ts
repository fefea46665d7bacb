import { expect, test } from 'vitest';
import { checkAddresses, isAllowedAddress } from '../../src/key/allowed-addresses.ts';

test.each([
  ['192.0.2.7', '192.0.2.7', true],
  ['192.0.2.7', '192.0.2.8', false],
  ['192.0.2.0/24', '192.0.2.200', true],
  ['192.0.2.0/24', '::ffff:192.0.2.200', true],
  ['192.0.2.0/24', '192.0.3.1', false],
  ['2001:db8::/32', '2001:db8:1::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['0.0.0.0/0', '203.0.113.9', true],
  ['0.0.0.0/0', 'not an address', false],
  ['0.0.0.0/0', undefined, false],
])('a key for %s used from %s: %s', (allowed, address, isAllowed) => {
  expect(isAllowedAddress([allowed], address)).toBe(isAllowed);
});

test.each([
  '',
  '192.0.2',
  '192.0.2.0/33',
  '192.0.2.0/-1',
  '192.0.2.0/24/8',
  '2001:db8::/129',
  'example.com',
  'fe80::1%eth0',
])('"%s" is no address and no network', (text) => {
  expect(() => checkAddresses([text])).toThrow(expect.objectContaining({ code: 'invalid_params' }));
});
