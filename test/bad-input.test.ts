import { join } from 'node:path';
import { type ErrorCode, errorTable } from '@signalbox/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditOf, callApi } from './support/api.ts';
import { type Home, makeHome } from './support/home.ts';
import { type HttpFixture, startHttpFixture } from './support/http-fixture.ts';
import { type HubProcess, startHub } from './support/hub-process.ts';
import { callMcp, postText } from './support/mcp-post.ts';
import { gatewayFixture } from './support/paths.ts';

const broken = ['garbage-flood', 'closes-pipe', 'long-line', 'dies'];
const silent = ['broken-json', 'wrong-id', 'never-answers'];

let home: Home;
let hub: HubProcess;
let fixtures: HttpFixture[];

beforeAll(async () => {
  home = makeHome();
  fixtures = await Promise.all([
    startHttpFixture('misbehaving-http.mjs', ['html']),
    startHttpFixture('misbehaving-http.mjs', ['call-status', '500']),
    startHttpFixture('misbehaving-http.mjs', ['status', '200']),
    startHttpFixture('misbehaving-http.mjs', ['status', '500']),
  ]);
  const [html, fails, page, down] = fixtures.map(({ url }) => ({ url }));
  const fixture = (mode: string, rest: object = {}): [string, object] => [
    mode,
    { command: 'node', args: [gatewayFixture('misbehaving.mjs'), mode], ...rest },
  ];
  const upstreams = {
    good: { command: 'mcp-server-everything' },
    ...Object.fromEntries(broken.map((mode) => fixture(mode))),
    ...Object.fromEntries(silent.map((mode) => fixture(mode, { callTimeoutMs: 500 }))),
    absent: { command: 'no-such-program-anywhere' },
    refused: { url: 'http://127.0.0.1:9/mcp' },
    html,
    fails,
    page,
    down,
  };
  home.write('signalbox.yaml', JSON.stringify({ gateway: { upstreams } }));
  hub = await startHub(home);
  await hub.untilShown('Ctrl-C stops the hub.');
});

afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await Promise.all(fixtures.map((fixture) => fixture[Symbol.asyncDispose]()));
  home[Symbol.dispose]();
});

/** The hub and an upstream nobody has harmed answer as ever. */
async function expectUnharmed(): Promise<void> {
  expect(await callApi(hub, 'good__echo', { message: 'still here' })).toMatchObject({
    type: 'result',
    value: { content: [{ type: 'text', text: 'Echo: still here' }] },
  });
}

describe('an upstream that', () => {
  test.each<[string, string, ErrorCode]>([
    ['prints garbage without end', 'garbage-flood', 'upstream_invalid_answer'],
    ['prints half a message', 'broken-json', 'timeout'],
    ['closes its pipe', 'closes-pipe', 'upstream_unavailable'],
    ['answers with wrong ids', 'wrong-id', 'timeout'],
    ['sends 10 MB on one line', 'long-line', 'upstream_invalid_answer'],
    ['never answers', 'never-answers', 'timeout'],
    ['is killed', 'dies', 'upstream_unavailable'],
    ['answers a call with a page', 'html', 'upstream_invalid_answer'],
    ['answers a call with HTTP 500', 'fails', 'upstream_invalid_answer'],
  ])('%s gives a typed error on every way in, audit entries, and harms nobody', async (_what, name, code) => {
    const target = `${name}__go`;
    const failed = await callApi(hub, target);
    expect(failed).toMatchObject({
      type: 'error',
      error: { code, message: expect.stringMatching(/\S{3,}/) as unknown },
    });
    // The upstream may still be coming back; that is told by another code with the same number.
    const { status, body } = await callMcp(hub, target);
    expect({ status, code: (body['error'] as { code: number }).code }).toEqual({
      status: 200,
      code: errorTable[code].jsonRpc,
    });
    const outcome = code === 'timeout' ? 'timeout' : 'error';
    const [ofMcp, ofApi] = await auditOf(hub, target);
    expect(ofApi).toEqual({ interface: 'api', outcome, code, upstream: name });
    expect(ofMcp).toMatchObject({ interface: 'http', outcome, upstream: name });
    await expectUnharmed();
  });

  test.each([
    ['has no program', 'absent', '"no-such-program-anywhere" was not found'],
    ['listens nowhere', 'refused', 'nothing listens at its url'],
    ['is no MCP server but a page', 'page', 'no MCP'],
    ['is down', 'down', 'HTTP 500'],
  ])('%s shows with its reason, offers nothing, and harms nobody', async (_what, name, reason) => {
    const shown = await home.signalbox(['server', 'show', name, '-o', 'json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      state: 'unavailable',
      reason: expect.stringContaining(reason) as unknown,
      tools: 0,
    });
    expect(await callApi(hub, `${name}__go`)).toMatchObject({ error: { code: 'not_found' } });
    await expectUnharmed();
  });
});

describe('a client that sends', () => {
  test.each([
    ['no JSON', '{"jsonrpc":', 400, -32700],
    ['no JSON-RPC', '{"hello":1}', 400, -32600],
    ['a batch', '[]', 400, -32600],
  ])('%s is told so', async (_what, text, status, code) => {
    const answer = await postText(hub, text);
    expect(answer).toMatchObject({ status, body: { error: { code } } });
    await expectUnharmed();
  });

  test('an unknown tool gets -32602, and it is written down', async () => {
    expect(await callMcp(hub, 'nobody__knows')).toMatchObject({ body: { error: { code: -32602 } } });
    expect(await auditOf(hub, 'nobody__knows')).toEqual([
      { interface: 'http', outcome: 'denied', code: 'not_found' },
    ]);
  });

  test('arguments that break the schema gets a result its model can read', async () => {
    const answer = await callMcp(hub, 'good__get-sum', { a: 'one' });
    expect(answer).toMatchObject({ status: 200, body: { result: { isError: true } } });
    expect(JSON.stringify(answer.body)).toContain('do not fit its schema');
    const [entry] = await auditOf(hub, 'good__get-sum');
    expect(entry).toMatchObject({ outcome: 'error', code: 'invalid_params', upstream: 'good' });
  });
});

describe('the command line', () => {
  test('tells every mistake of the settings at once', async () => {
    home.write('wrong.yaml', 'http: { prot: 1, port: high }\ngatway: {}\nlog: { level: loud }\n');
    const run = await home.signalbox(['up', '--config', join(home.folder, 'wrong.yaml')]);
    expect(run.code).toBe(2);
    for (const text of [
      'http.prot',
      'did you mean "port"',
      'http.port',
      'did you mean "gateway"',
      'log.level',
    ]) {
      expect(run.stderr).toContain(text);
    }
  });

  test.each([
    [
      'a file that is no JSON',
      ['tool', 'call', 'good__echo', '--args', '@wrong.txt'],
      2,
      /--args gives is not JSON/,
    ],
    [
      'a file that is not there',
      ['tool', 'call', 'good__echo', '--args', '@nowhere.json'],
      2,
      /nowhere\.json/,
    ],
    ['a command that does not exist', ['sever', 'ls'], 2, /server/],
    ['an option that does not exist', ['tool', 'ls', '--serch', 'x'], 2, /--search/],
    ['a tool that does not exist', ['tool', 'call', 'good__nothing'], 4, /good__nothing/],
  ])('answers %s with what to do', async (_what, words, code, text) => {
    home.write('wrong.txt', 'not json');
    const run = await home.signalbox(words);
    expect(run.stderr).toMatch(text);
    expect(run.stderr).not.toMatch(/\n\s+at /);
    expect(run.code).toBe(code);
  });
});
