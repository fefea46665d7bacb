import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Home, makeHome, type Run } from './support/home.ts';
import { type HubProcess, startHub } from './support/hub-process.ts';
import { checkoutProgram, root } from './support/paths.ts';

const guide = readFileSync(join(root, 'docs/guides/publish-a-pipeline.md'), 'utf8');
const commands = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, text = '']) => text.trim().split('\n'))
  .map((line) => wordsOf(line.replace(/^npx signalbox /, '')));

/** The words of a line, as a shell has them. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

let home: Home;
let hub: HubProcess;
const runs = new Map<string, Run>();

beforeAll(async () => {
  home = makeHome();
  const [up = [], ...others] = commands;
  const dataDir = join(home.folder, 'data');
  hub = await startHub(home, {
    // The tools of the example find what they are written with in the checkout.
    command: [process.execPath, checkoutProgram, ...up],
    cwd: root,
    dataDir,
    env: { SIGNALBOX_DATA_DIR: dataDir },
  });
  const env = { SIGNALBOX_URL: hub.url, SIGNALBOX_KEY: hub.key };
  for (const words of others) runs.set(words.join(' '), await home.signalbox(words, { cwd: root, env }));
});

afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  home[Symbol.dispose]();
});

async function connect(): Promise<{ client: Client; questions: string[] } & AsyncDisposable> {
  const client = new Client({ name: 'agent', version: '1' }, { capabilities: { elicitation: {} } });
  const questions: string[] = [];
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    questions.push(params.message);
    return { action: 'accept', content: { approve: true } };
  });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${hub.url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${hub.key}` } },
    }),
  );
  return { client, questions, [Symbol.asyncDispose]: () => client.close() };
}

test('every command of the guide succeeds', () => {
  expect([...runs].filter(([, { code }]) => code !== 0)).toEqual([]);
  expect(runs.size).toBe(5);
  expect(runs.get('tool call morning_briefing')?.stdout).toContain('"ok":true');
});

test('an agent sees the briefing as one tool, calls it and gets the outcome', async () => {
  await using agent = await connect();
  const { tools } = await agent.client.listTools();
  expect(tools.find(({ name }) => name === 'morning_briefing')).toMatchObject({
    title: 'Weekday Morning Briefing',
    description: 'Calendar, weather and important mail, at half past eight',
    inputSchema: { type: 'object', properties: {}, additionalProperties: false },
  });
  const told: unknown[] = [];
  const answer = await agent.client.callTool({ name: 'morning_briefing', arguments: {} }, undefined, {
    onprogress: ({ message }) => void told.push(message),
  });
  expect(answer['structuredContent']).toMatchObject({ ok: true });
  expect(told.at(-1)).toBe('step "notify" is done');
});

test('what the pipeline asks is answered by who called it, in their client', async () => {
  await using agent = await connect();
  const answer = await agent.client.callTool({ name: 'announce', arguments: { text: 'cake at four' } });
  expect(agent.questions).toEqual(['Announce: Announce "cake at four"?']);
  expect(answer['structuredContent']).toMatchObject({ ok: true });
  expect(hub.stderr()).toContain('cake at four');
});
