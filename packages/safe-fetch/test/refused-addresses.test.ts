import { isSignalboxError } from '@signalbox/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Resolve, SafeFetcher } from '../src/index.ts';
import { codeOf } from './support/code-of.ts';
import { type Loopback, startLoopback } from './support/loopback.ts';

let loopback: Loopback;
beforeAll(async () => {
  loopback = await startLoopback((_request, response) => response.end('reached'));
});
afterAll(() => loopback[Symbol.asyncDispose]());

/** Names a resolver of this test answers, each in a way that is used to get round a check. */
const names: { readonly [host: string]: readonly string[] } = {
  'rebound.example': ['127.0.0.1'],
  'rebound.example.': ['127.0.0.1'],
  'mixed.example': ['93.184.215.14', '127.0.0.1'],
  'mixed6.example': ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', '::1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'linklocal.example': ['169.254.169.254'],
  'ula.example': ['fd00:ec2::254'],
  'zone.example': ['fe80::1%eth0'],
  'metadata.google.internal': ['169.254.169.254'],
  '127.0.0.1.nip.example': ['127.0.0.1'],
  'xn--n3h.example': ['10.0.0.1'],
  'cgnat.example': ['100.100.100.200'],
};

const resolve: Resolve = async (host) =>
  (names[host] ?? ['127.0.0.1']).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

/** Hosts as people write them; each is asked for with the port of the listener. */
const hosts = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '127.255.255.254',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0x7F.0x0.0x0.0x1',
  '017700000001',
  '0177.0.0.1',
  '0177.1',
  '00000000177.0.0.01',
  '127.0.0.1.',
  '0x7f000001.',
  '0',
  '0.0.0.0',
  '0x0',
  '１２７.０.０.１',
  '127。0。0。1',
  '127．0．0．1',
  '①②⑦.⓪.⓪.①',
  '%31%32%37.0.0.1',
  '127.0.0.%31',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'ｌｏｃａｌｈｏｓｔ',
  'app.localhost',
  'loc\u00adalhost',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[0000::0001]',
  '[::127.0.0.1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:127.0.0.1]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2002:a00:1::1]',
  '[2001::1]',
  '[2001:db8::1]',
  '[3fff::1]',
  '[fe80::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[ff02::1]',
  '[100::1]',
  '[5f00::1]',
  '10.0.0.1',
  '10.1',
  '100.64.0.1',
  '100.100.100.200',
  '168.63.129.16',
  '169.254.169.254',
  '0xa9fea9fe',
  '2852039166',
  '0251.0376.0251.0376',
  '169.254.170.2',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.168.1.1',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  ...Object.keys(names),
];

test('the corpus has at least sixty forms', () => {
  expect(new Set(hosts).size).toBeGreaterThanOrEqual(60);
});

describe.each(['http', 'https'])('over %s', (scheme) => {
  test.each(hosts)('%s is refused and no socket is opened', async (host) => {
    const before = loopback.sockets();
    const fetcher = new SafeFetcher({ allowHttp: true, resolve });
    expect(await codeOf(fetcher.fetch(`${scheme}://${host}:${loopback.port}/`))).toBe('address_refused');
    await fetcher.close();
    expect(loopback.sockets()).toBe(before);
  });
});

test.each([
  ['file:///etc/passwd'],
  ['ftp://example.com/'],
  ['data:text/plain,x'],
  ['gopher://example.com/'],
  ['http://example.com/'],
  ['https://user:word@example.com/'],
  ['https://example.com@127.0.0.1/'],
  ['//example.com/'],
  ['not an address'],
])('%s is refused for what it is', async (address) => {
  const fetcher = new SafeFetcher({ resolve });
  expect(await codeOf(fetcher.fetch(address))).toBe('address_refused');
  await fetcher.close();
});

test('the refusal names the host and the setting that allows it', async () => {
  const fetcher = new SafeFetcher({ resolve });
  const error: unknown = await fetcher.fetch('https://rebound.example/').catch((thrown: unknown) => thrown);
  await fetcher.close();
  expect(isSignalboxError(error) && error.message).toBe(
    '"rebound.example" is not on the public internet; if it is meant, name it in allowPrivate (as host or host:port)',
  );
});
