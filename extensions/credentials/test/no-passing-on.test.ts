import gateway from '@signalbox/gateway';
import { auditReader, catalogReader, upstreamRegistry } from '@signalbox/sdk';
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

  const answer = await callTool(keeper.url, access);
  expect(answer).toContain('done');
  const calls = server.at('/mcp').filter(({ body }) => body.includes('tools/call'));
  expect(calls.map(({ headers }) => headers.authorization)).toEqual([
    expect.stringMatching(/^Bearer access-token-/),
  ]);
  const seen = JSON.stringify(server.seen.map(({ path, headers, body }) => ({ path, headers, body })));
  for (const inbound of [access, keeper.hub.key, 'inbound-cookie']) expect(seen).not.toContain(inbound);
  server.choices.repeatsTokens = true;
  const complaint = await callTool(keeper.url, access);
  expect(complaint).toContain('no use for [token of an upstream]');
  let entries = '';
  await vi.waitFor(async () => {
    entries = JSON.stringify(await services.get(auditReader).query({ org: 'local', limit: 100 }));
    expect(entries).toContain('upstream_refused');
  }, 10_000);
  for (const outbound of ['access-token-', 'refresh-token-', 'client-secret-', 'the-code'])
    for (const text of [keeper.hub.logged(), answer, complaint, entries])
      expect(text).not.toContain(outbound);
});

async function callTool(url: string, access: string): Promise<string> {
  const response = await fetch(`${url}/mcp`, {
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
  return response.text();
}
