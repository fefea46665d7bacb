import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { SafeFetcher } from '../src/index.ts';
import { readPrivateTargets } from '../src/private-targets.ts';
import { codeOf } from './support/code-of.ts';
import { startLoopback } from './support/loopback.ts';

const seed = 20_261_123;
let fetcher: SafeFetcher | undefined;
afterEach(() => fetcher?.close());

test('a host and port that are named are reached by plain http; another port is not', async () => {
  await using loopback = await startLoopback((_request, response) => response.end('hello'));
  fetcher = new SafeFetcher({ allowPrivate: [loopback.host] });
  const response = await fetcher.fetch(`http://${loopback.host}/a?b=c`);
  expect(Buffer.from(await response.bytes()).toString()).toBe('hello');
  expect(loopback.requests[0]?.url).toBe('/a?b=c');
  expect(await codeOf(fetcher.fetch(`http://127.0.0.1:${loopback.port === 1 ? 2 : 1}/`))).toBe(
    'address_refused',
  );
});

test.each([
  ['api.internal', 'api.internal', '443', true],
  ['API.Internal', 'api.internal', '80', true],
  ['api.internal:443', 'api.internal', '443', true],
  ['api.internal:80', 'api.internal', '443', false],
  ['api.internal', 'evil-api.internal', '443', false],
  ['api.internal', 'api.internal.evil.example', '443', false],
  ['[::1]:8080', '[::1]', '8080', true],
  ['[0:0::1]', '[::1]', '8080', true],
  ['127.1', '127.0.0.1', '8080', true],
])('"%s" allows %s at port %s: %s', (entry, host, port, isAllowed) => {
  expect(readPrivateTargets([entry])(host, port)).toBe(isAllowed);
});

test.each(['*.internal', 'http://api.internal', 'api.internal/path', 'user@api.internal', '', ':80', '::1'])(
  '"%s" is no entry',
  async (entry) => {
    expect(await codeOf((async () => readPrivateTargets([entry]))())).toBe('invalid_params');
  },
);

test(`an entry allows itself and nothing else (seed ${seed})`, () => {
  const host = fc.stringMatching(/^[a-z]{1,8}(\.[a-z]{2,8}){1,2}$/);
  fc.assert(
    fc.property(host, host, fc.integer({ min: 1, max: 65_535 }), (named, other, port) => {
      const isAllowed = readPrivateTargets([`${named}:${port}`]);
      expect(isAllowed(named, String(port))).toBe(true);
      expect(isAllowed(other, String(port))).toBe(other === named);
      expect(isAllowed(named, String(port + 1))).toBe(false);
    }),
    { seed },
  );
});
