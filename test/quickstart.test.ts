import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { api, upstreamStates } from './support/api.ts';
import { copyQuickstart, type Quickstart } from './support/copy-quickstart.ts';
import { type Home, makeHome, type Run } from './support/home.ts';
import { type HubProcess, startHub } from './support/hub-process.ts';
import { untilGone } from './support/process-tree.ts';

let home: Home;
let quickstart: Quickstart;
let hub: HubProcess;

const start = (): Promise<HubProcess> =>
  startHub(home, {
    command: quickstart.command,
    cwd: home.folder,
    dataDir: join(quickstart.folder, '.signalbox'),
  });

const signalbox = (...words: readonly string[]): Promise<Run> =>
  home.signalbox(words, { cwd: quickstart.folder });

const five = {
  everything: 'available',
  'everything-http': 'available',
  files: 'available',
  memory: 'available',
  thinking: 'available',
};

beforeAll(async () => {
  home = makeHome();
  quickstart = await copyQuickstart(home);
  hub = await start();
  await hub.untilShown('Ctrl-C stops the hub.');
});

afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  home[Symbol.dispose]();
});

test('npm start says where it listens, shows the key once, and tells what it loaded and what to do next', () => {
  const shown = hub
    .stdout()
    .replaceAll(hub.url, 'URL')
    .replaceAll(quickstart.folder, 'FOLDER')
    .replaceAll(hub.key, 'KEY')
    .replace(/token=[0-9a-f]{40}/, 'token=TOKEN');
  expect(shown).toMatchInlineSnapshot(`
    "Signalbox 0.1.0 listens on URL
      MCP endpoint  URL/mcp
      settings      FOLDER/signalbox.yaml
      data          FOLDER/.signalbox

    Owner key, shown this once (it is kept in owner.key of the data folder):
      KEY

    Nobody owns this hub yet. This link makes the first owner, once, within the hour:
      URL/setup?token=TOKEN

    UPSTREAM         STATE      TRANSPORT  ERA     TOOLS  RESOURCES  PROMPTS
    everything       available  stdio      legacy     16          9        4
    everything-http  available  http       legacy     16          9        4
    files            available  stdio      legacy     14          0        0
    memory           available  stdio      legacy      9          1        0
    thinking         available  stdio      legacy      1          0        0

    77 tools are ready. In another terminal:
      npx signalbox tool ls                                        what there is
      npx signalbox tool call everything-http__echo message=hello  use one
      npx signalbox connect claude-code                            put this hub into a client (also cursor, vscode, codex, …)
    Ctrl-C stops the hub.
    "
  `);
});

describe('the commands of the README', () => {
  test('list the upstreams as a table, as JSON, as lines and as names', async () => {
    const table = await signalbox('server', 'ls');
    expect(table.stdout.split('\n').map((line) => line.split(/\s+/).slice(0, 3).join(' '))).toEqual([
      'NAME STATE TRANSPORT',
      'everything available stdio',
      'everything-http available http',
      'files available stdio',
      'memory available stdio',
      'thinking available stdio',
      '',
    ]);
    expect(await signalbox('server', 'ls', '-o', 'id')).toEqual({
      code: 0,
      stdout: `${Object.keys(five).join('\n')}\n`,
      stderr: '',
    });
    const json = JSON.parse((await signalbox('server', 'ls', '-o', 'json')).stdout) as unknown[];
    const lines = (await signalbox('server', 'ls', '-o', 'jsonl')).stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(json);
    expect(json).toMatchObject([
      { name: 'everything', era: 'legacy', tools: 16 },
      { name: 'everything-http', era: 'legacy', tools: 16 },
      { name: 'files', era: 'legacy', tools: 14 },
      { name: 'memory', era: 'legacy', tools: 9 },
      { name: 'thinking', era: 'legacy', tools: 1 },
    ]);
  });

  test('list and call tools', async () => {
    const tools = (await signalbox('tool', 'ls', '-o', 'id')).stdout.trimEnd().split('\n');
    expect({ count: tools.length, hasEcho: tools.includes('everything__echo') }).toEqual({
      count: 77,
      hasEcho: true,
    });
    expect(await signalbox('tool', 'call', 'everything__echo', 'message=hello')).toEqual({
      code: 0,
      stdout: 'Echo: hello\n',
      stderr: '',
    });
    const thought = '{"thought":"one gate","thoughtNumber":1,"totalThoughts":1,"nextThoughtNeeded":false}';
    const thinking = ['tool', 'call', 'thinking__sequentialthinking', '--args', thought, '-o', 'json'];
    expect(JSON.parse((await signalbox(...thinking)).stdout)).toEqual({
      thoughtNumber: 1,
      totalThoughts: 1,
      nextThoughtNeeded: false,
      branches: [],
      thoughtHistoryLength: 1,
    });
    const path = join(quickstart.folder, 'files/hello.txt');
    expect(await signalbox('tool', 'call', 'files__read_text_file', `path=${path}`)).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  test('read a resource and get a prompt', async () => {
    const read = await signalbox('resource', 'read', 'demo://resource/dynamic/text/1');
    expect(read).toMatchObject({ code: 0, stdout: expect.stringContaining('Resource 1') });
    expect(await signalbox('prompt', 'get', 'everything__args-prompt', 'city=Chisinau')).toEqual({
      code: 0,
      stdout: "[user]\nWhat's weather in Chisinau?\n",
      stderr: '',
    });
  });

  test('add an upstream while the hub runs, show what it wrote, and remove it', async () => {
    const added = await signalbox('server', 'add', 'again', '--', 'mcp-server-everything');
    expect(added).toMatchObject({ code: 0, stdout: expect.stringMatching(/^state +available$/m) });
    expect(await signalbox('tool', 'call', 'again__echo', 'message=more')).toMatchObject({
      stdout: 'Echo: more\n',
    });
    expect((await signalbox('server', 'logs', 'again')).stdout).toMatch(/Z stderr .*default \(STDIO\)/i);
    expect(await signalbox('server', 'rm', 'again', '--yes')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'removed "again"\n',
    });
    expect(await signalbox('tool', 'call', 'again__echo', 'message=more')).toMatchObject({ code: 4 });
  });
});

test('Ctrl-C ends the hub and everything it started, and a second start remembers the tools', async () => {
  const children = hub.children();
  expect(children.length).toBeGreaterThanOrEqual(5);
  expect(await hub.end('SIGINT')).toEqual({ code: 0, signal: null });
  await untilGone(children, 5_000);
  expect(hub.stdout()).toMatch(/stopping …\nstopped\n$/);
  expect(existsSync(join(hub.dataDir, 'hub.json'))).toBe(false);
  const first = hub;
  hub = await start();
  const remembered = await api(hub, 'GET', '/api/v1/tools?limit=500');
  expect(remembered.body['items']).toHaveLength(77);
  await hub.untilShown('Ctrl-C stops the hub.');
  expect(await upstreamStates(hub)).toEqual(five);
  expect(hub.stdout()).not.toContain('Owner key');
  expect(hub.key).toBe(first.key);
  const [firstMs, secondMs] = [first.listeningAfterMs, hub.listeningAfterMs].map(Math.round);
  process.stdout.write(`listening after: first start ${firstMs} ms, second start ${secondMs} ms\n`);
  expect(secondMs).toBeLessThan(20_000);
});

test('a hub that is killed leaves no child, and the next one starts as ever', async () => {
  const children = hub.children();
  expect(children.length).toBeGreaterThanOrEqual(5);
  expect(await hub.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  await untilGone(children, 10_000);
  hub = await start();
  await hub.untilShown('Ctrl-C stops the hub.');
  expect(await upstreamStates(hub)).toEqual(five);
});
