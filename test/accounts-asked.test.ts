import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitationCompleteNotificationSchema, McpError } from '@modelcontextprotocol/sdk/types.js';
import gateway from '@signalbox/gateway';
import manage from '@signalbox/manage';
import mcp from '@signalbox/mcp';
import { upstreamRegistry } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeHome } from '../apps/signalbox/test/support/run-cli.ts';
import { AccountKeeper } from '../extensions/gateway/test/support/account-keeper.ts';
import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '../extensions/gateway/test/support/authorization-server.ts';
import { type HttpFixture, startHttpFixture } from '../extensions/gateway/test/support/fixture.ts';
import { type Guard, startGuard } from '../extensions/gateway/test/support/guard.ts';
import { keeperExtension } from '../extensions/gateway/test/support/keeper-extension.ts';
import { api, callApi } from './support/api.ts';
import { postText } from './support/mcp-post.ts';

const own = { org: 'local', subject: { kind: 'user', id: 'owner' } } as const;
const page = 'https://hub.test/connect/u/local/owner';
const message = 'sign in to "u" so that the hub can use your account there';
const text = `upstream "u" wants an account of your own: open ${page} or run "signalbox server login u", then call again`;

let keeper: AccountKeeper;
let server: AuthorizationServer;
let fixture: HttpFixture;
let guard: Guard;
let hub: TestHub;

beforeEach(async () => {
  keeper = new AccountKeeper();
  [server, fixture] = await Promise.all([
    startAuthorizationServer('a'),
    startHttpFixture('http.mjs', ['legacy']),
  ]);
  guard = await startGuard(fixture.port, server, 'lists');
  hub = await startTestHub({
    extensions: [storeSqlite, gateway, mcp, manage, keeperExtension(keeper)],
    settings: { gateway: { upstreams: { u: { url: guard.url } } }, endpoints: { work: { include: ['u'] } } },
  });
  await hub.hub.services.get(upstreamRegistry).settled(AbortSignal.timeout(10_000));
});

afterEach(async () => {
  await hub.stop();
  guard.stop();
  server.stop();
  await fixture.stop();
});

const places: readonly [string, string][] = [
  ['/mcp', 'u__echo'],
  ['/e/work/mcp', 'u__echo'],
  ['/u/u/mcp', 'echo'],
];

describe.each(places)('a call at %s that wants an account', (path, name) => {
  test('sends a legacy client to the page, and tells it when the account is connected', async () => {
    const client = new Client(
      { name: 'legacy', version: '1' },
      { capabilities: { elicitation: { form: {}, url: {} } } },
    );
    const told = Promise.withResolvers<string>();
    client.setNotificationHandler(ElicitationCompleteNotificationSchema, ({ params }) =>
      told.resolve(params.elicitationId),
    );
    const headers = { authorization: `Bearer ${hub.key}` };
    const transport = new StreamableHTTPClientTransport(new URL(`${hub.url}${path}`), {
      requestInit: { headers },
    });
    await client.connect(transport);
    const call = () => client.callTool({ name, arguments: {} });
    const error = await call().catch((thrown: unknown) => thrown);
    if (!(error instanceof McpError)) throw new Error('it was not refused');
    const elicitationId = expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown;
    const elicitations = [{ mode: 'url', elicitationId, url: page, message }];
    expect([error.code, error.data]).toEqual([-32042, { elicitations }]);
    await keeper.connect('u', own, server);
    expect(await told.promise).toEqual(elicitationId);
    expect((await call()).isError).not.toBe(true);
    await client.close();
  });

  test('asks a modern client to visit the page, and is made by its retry', async () => {
    const call = async (more: object = {}) => {
      const _meta = {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': { elicitation: { url: {} } },
      };
      const params = { name, arguments: {}, ...more, _meta };
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
      const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': name };
      return (await postText(hub, body, headers, path)).body['result'] as { [member: string]: unknown };
    };
    const asked = await call();
    expect(asked).toMatchObject({
      resultType: 'input_required',
      inputRequests: {
        'url-1': { method: 'elicitation/create', params: { mode: 'url', url: page, message } },
      },
    });
    await keeper.connect('u', own, server);
    const inputResponses = { 'url-1': { action: 'accept' } };
    const done = await call({ inputResponses, requestState: asked['requestState'] });
    expect(done['resultType']).toBe('complete');
  });
});

test('over the management API and on the command line it names the page and the command', async () => {
  expect(await callApi(hub, 'u__echo')).toMatchObject({
    type: 'error',
    error: { code: 'upstream_login_needed', message: text, details: { url: page } },
  });
  using home = makeHome({ SIGNALBOX_URL: hub.url, SIGNALBOX_KEY: hub.key });
  const refused = await home.run(['tool', 'call', 'u__echo']);
  expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 5, stdout: '' });
  expect(refused.stderr).toContain(text);
  await keeper.connect('u', own, server);
  expect((await home.run(['tool', 'call', 'u__echo'])).code).toBe(0);
});

test('whoever lists the upstreams sees how they are known there', async () => {
  const loginNow = async (): Promise<unknown> => {
    const { body } = await api(hub, 'GET', '/api/v1/upstreams');
    const [first] = body['items'] as { [member: string]: unknown }[];
    const shown = await api(hub, 'GET', '/api/v1/upstreams/u');
    expect(shown.body['login']).toBe(first?.['login']);
    return first?.['login'];
  };
  expect(await loginNow()).toBe(undefined);
  await callApi(hub, 'u__echo');
  expect(await loginNow()).toBe('needed');
  await keeper.connect('u', own, server);
  expect(await loginNow()).toBe('connected');
  keeper.change('u', own, 'needs_reconnect');
  expect(await loginNow()).toBe('needs_reconnect');
  using home = makeHome({ SIGNALBOX_URL: hub.url, SIGNALBOX_KEY: hub.key });
  const { stdout } = await home.run(['server', 'ls']);
  expect(stdout).toMatch(/^NAME +STATE +TRANSPORT +LOGIN/);
  expect(stdout).toMatch(/^u +available +http +needed again/m);
});
