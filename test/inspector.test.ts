import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Home, makeHome } from './support/home.ts';
import { type HubProcess, startHub } from './support/hub-process.ts';
import { program } from './support/paths.ts';

let home: Home;
let hub: HubProcess;

beforeAll(async () => {
  home = makeHome();
  home.write(
    'signalbox.yaml',
    'gateway: { upstreams: { everything: { command: mcp-server-everything } } }\n',
  );
  hub = await startHub(home);
  await hub.untilShown('Ctrl-C stops the hub.');
});

afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  home[Symbol.dispose]();
});

/** Runs the Inspector's command line and gives its result. */
async function inspect(...words: readonly string[]): Promise<Inspected> {
  const run = await home.run('mcp-inspector', ['--cli', ...words, '--format', 'json']);
  expect(run).toMatchObject({ code: 0 });
  return (JSON.parse(run.stdout) as { result: Inspected }).result;
}

interface Inspected {
  readonly tools?: readonly { readonly name: string }[];
  readonly content?: unknown;
}

const overHttp = (): string[] => [
  '--server-url',
  `${hub.url}/mcp`,
  '--transport',
  'http',
  '--header',
  `Authorization: Bearer ${hub.key}`,
];

describe.each([
  { way: 'HTTP in the legacy era', target: () => [...overHttp(), '--protocol-era', 'legacy'] },
  { way: 'HTTP in the modern era', target: () => [...overHttp(), '--protocol-era', 'modern'] },
  { way: 'stdio', target: () => [process.execPath, program, 'mcp'] },
])('the MCP Inspector over $way', ({ target }) => {
  test('lists the tools', async () => {
    const { tools } = await inspect(...target(), '--method', 'tools/list');
    expect(tools?.map(({ name }) => name)).toContain('everything__echo');
    // 16 of the upstream, and those of the hub for tasks.
    expect(tools).toHaveLength(37);
  });

  test('calls a tool', async () => {
    const call = ['--method', 'tools/call', '--tool-name', 'everything__echo', '--tool-arg', 'message=hi'];
    expect((await inspect(...target(), ...call)).content).toEqual([{ type: 'text', text: 'Echo: hi' }]);
  });
});

test('the MCP Inspector without the key is asked to sign in', async () => {
  const target = ['--server-url', `${hub.url}/mcp`, '--transport', 'http', '--stored-auth-only'];
  const how = ['--method', 'tools/list', '--format', 'json'];
  const run = await home.run('mcp-inspector', ['--cli', ...target, ...how]);
  expect(run.code).not.toBe(0);
  expect(JSON.parse(run.stderr || run.stdout)).toMatchObject({ error: { code: 'auth_required' } });
});
