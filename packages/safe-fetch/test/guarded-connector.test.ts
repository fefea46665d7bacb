import type { LookupAddress } from 'node:dns';
import { expect, test } from 'vitest';
import { lookupWith, requireGlobal } from '../src/guarded-connector.ts';
import { isGlobalAddress, SafeFetcher } from '../src/index.ts';
import { codeOf } from './support/code-of.ts';
import { startLoopback } from './support/loopback.ts';

const at = (address: string): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 });

function look(lookup: ReturnType<typeof lookupWith>, all = true): Promise<unknown> {
  return new Promise((resolve, reject) => {
    lookup('name.example', { all }, (error, address) => (error ? reject(error) : resolve(address)));
  });
}

test('a name that is public first and private later is refused when it is private', async () => {
  const answers = [[at('93.184.215.14')], [at('127.0.0.1')]];
  const lookup = lookupWith(async () => answers.shift() ?? [], requireGlobal('allowPrivate'));
  expect(await look(lookup)).toEqual([at('93.184.215.14')]);
  expect(await codeOf(look(lookup))).toBe('address_refused');
});

test('one private address among public ones is enough', async () => {
  const lookup = lookupWith(async () => [at('93.184.215.14'), at('10.0.0.1')], requireGlobal('allowPrivate'));
  expect(await codeOf(look(lookup))).toBe('address_refused');
});

test('a socket goes to the address that was checked: a name is asked for once', async () => {
  await using loopback = await startLoopback((_request, response) => response.end('hello'));
  let asked = 0;
  const fetcher = new SafeFetcher({
    allowPrivate: ['api.internal'],
    resolve: async () => {
      asked += 1;
      return [at('127.0.0.1')];
    },
  });
  const response = await fetcher.fetch(`http://api.internal:${loopback.port}/`);
  expect(Buffer.from(await response.bytes()).toString()).toBe('hello');
  await fetcher.close();
  expect({ asked, sockets: loopback.sockets() }).toEqual({ asked: 1, sockets: 1 });
});

test.each([
  ['a name without addresses', async () => []],
  ['a resolver that fails', () => Promise.reject(Object.assign(new Error('no'), { code: 'EAI_AGAIN' }))],
])('%s is unavailable, not refused', async (_, resolve) => {
  const fetcher = new SafeFetcher({ resolve });
  expect(await codeOf(fetcher.fetch('https://name.example/'))).toBe('upstream_unavailable');
  await fetcher.close();
});

test.each([
  ['8.8.8.8', true],
  ['172.32.0.1', true],
  ['100.128.0.1', true],
  ['2606:4700::1111', true],
  ['2001:4860:4860::8888', true],
  ['2003::1', true],
  ['1.2.3', false],
  ['', false],
  ['4000::1', false],
  ['::', false],
])('%s is global: %s', (address, isGlobal) => {
  expect(isGlobalAddress(address)).toBe(isGlobal);
});
