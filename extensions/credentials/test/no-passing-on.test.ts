import gateway from '@signalbox/gateway';
import { catalogReader, upstreamRegistry } from '@signalbox/sdk';
import { expect, test, vi } from 'vitest';
import { TestBrowser } from '../../auth/test/support/browser.ts';
import { OAuthClient } from '../../auth/test/support/oauth-client.ts';
import { follow } from './support/connect.ts';
import { SmallServer } from './support/small-server.ts';
import { accountsOf, pressConnect, startKeeper } from './support/start-pair.ts';

test('an upstream sees its own tokens and nothing a caller showed the hub, and nobody else sees them', async () => {
  await using server = await SmallServer.start();
  await using keeper = await startKeeper({
    extensions: [gateway],
    store: {
      settings: {
        gateway: {
          upstreams: { files: { url: server.endpoint, era: 'legacy', transport: 'http' } },
        },
      },
    },
  });
  const { services } = keeper.hub.hub;
  const browser = new TestBrowser(keeper.url);
  const { access } = await new OAuthClient(keeper.url).signIn({ resource: `${keeper.url}/mcp` });
  const ada = { org: 'local', subject: { kind: 'user', id: 'person-ada' } } as const;
  await services.get(upstreamRegistry).settled(AbortSignal.timeout(10_000));
  await follow(browser, (await pressConnect(browser, await accountsOf(keeper).loginUrl('files', ada))).url);
  expect(await accountsOf(keeper).stateOf('files', ada)).toBe('connected');

  await vi.waitFor(() => expect(services.get(catalogReader).items('tool')).toHaveLength(1), 10_000);

  const call = await fetch(`${keeper.url}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${access}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      cookie: 'session=inbound-cookie',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'files__read',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name: 'files__read',
        arguments: {},
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  });
  const answer = await call.text();
  expect(answer).toContain('done');
  const calls = server.at('/mcp').filter(({ body }) => body.includes('tools/call'));
  expect(calls.map(({ headers }) => headers.authorization)).toEqual([
    expect.stringMatching(/^Bearer access-token-/),
  ]);
  const seen = JSON.stringify(server.seen.map(({ path, headers, body }) => ({ path, headers, body })));
  for (const inbound of [access, keeper.hub.key, 'inbound-cookie']) expect(seen).not.toContain(inbound);
  for (const outbound of ['access-token-', 'refresh-token-', 'client-secret-', 'the-code']) {
    expect(keeper.hub.logged()).not.toContain(outbound);
    expect(answer).not.toContain(outbound);
  }
});
