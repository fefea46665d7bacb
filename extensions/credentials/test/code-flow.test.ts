import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestBrowser } from '../../auth/test/support/browser.ts';
import { type AuthHub, startAuthHub } from '../../auth/test/support/start-auth-hub.ts';
import {
  accountsOf,
  ada,
  allowAt,
  pressConnect,
  send,
  startKeeper,
  upstreamAt,
} from './support/start-pair.ts';

let server: AuthHub;
let keeper: AuthHub;

beforeEach(async () => {
  server = await startAuthHub({ settings: { compatibility: true } });
  keeper = await startKeeper();
});

afterEach(async () => {
  await keeper[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const ping = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'server/discover',
  params: {},
});

test.each([
  ['off', 'Bearer', false],
  ['auto', 'DPoP', true],
] as const)(
  'a person connects their account in the browser; with proofs %s, requests carry a %s token',
  async (dpop, scheme, hasProof) => {
    const url = `${server.url}/mcp`;
    const accounts = accountsOf(keeper);
    const signer = accounts.signerOf(upstreamAt(url, { dpop }), ada);
    const changes: unknown[] = [];
    accounts.onChange((change) => changes.push(change));

    const refused = await send(signer, url, ping).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'upstream_login_needed',
      details: {
        upstream: 'files',
        url: expect.stringMatching(/^http:\/\/.*\/upstreams\/login\/[\w-]{22}$/),
      },
    });
    const { url: link } = (refused as { details: { url: string } }).details;

    const browser = new TestBrowser(keeper.url);
    const { url: away } = await pressConnect(browser, link);
    expect(away.origin).toBe(server.url);
    expect(away.searchParams.get('code_challenge_method')).toBe('S256');
    expect(away.searchParams.get('resource')).toBe(url);
    const back = await allowAt(server, away);
    expect(back.origin).toBe(keeper.url);
    const done = await browser.go(back.href);
    expect(done.text).toContain('files is connected. You can close this page.');

    expect(await accounts.stateOf('files', ada)).toBe('connected');
    expect(changes).toEqual([{ upstream: 'files', account: ada, state: 'connected' }]);
    const headers = signer.headersFor({ method: 'POST', url });
    expect(headers instanceof Promise).toBe(hasProof);
    expect(await headers).toMatchObject({
      authorization: expect.stringMatching(new RegExp(`^${scheme} .{20}`)),
    });
    expect('dpop' in (await headers)).toBe(hasProof);
    expect((await send(signer, url, ping)).status).not.toBe(401);
  },
);
