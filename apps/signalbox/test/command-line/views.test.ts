import { getTool, listTools } from '@signalbox/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHome, makeHome } from '../support/run-cli.ts';
import { type AppHub, startAppHub } from '../support/start-app-hub.ts';

let hub: AppHub;
let home: CliHome;
beforeAll(async () => {
  const endpoints = { work: { disclosure: 'search' }, small: { include: ['probe/add'] } };
  hub = await startAppHub({ settings: { endpoints } });
  home = makeHome({ SIGNALBOX_URL: hub.test.url, SIGNALBOX_KEY: hub.test.key });
});
afterAll(async () => {
  home[Symbol.dispose]();
  await hub[Symbol.asyncDispose]();
});

test('tools are listed as a view lists them', async () => {
  const small = await home.run(['tool', 'ls', '--view', 'endpoint:small', '-o', 'id']);
  expect(small).toEqual({ code: 0, stderr: '', stdout: 'add\n' });
  const work = await home.run(['tool', 'ls', '--view', 'endpoint:work', '-o', 'id']);
  expect(work.stdout).toBe('call_tool\ndescribe_tool\nsearch_tools\n');
  const shown = await home.run(['tool', 'show', 'search_tools', '--view', 'endpoint:work']);
  expect(shown.stdout).toContain('query: string, required');
});

test('a tool is searched and called through an endpoint, with arguments typed by its schema there', async () => {
  const args = [
    'tool',
    'call',
    'search_tools',
    'query=adds',
    'limit=1',
    '--view',
    'endpoint:work',
    '-o',
    'json',
  ];
  expect(JSON.parse((await home.run(args)).stdout)).toMatchObject({ tools: [{ name: 'add' }] });
  const call = ['tool', 'call', 'call_tool', 'name=add', 'arguments:={"a":2,"b":40}'];
  const called = await home.run([...call, '--view', 'endpoint:work', '-o', 'json']);
  expect(JSON.parse(called.stdout)).toEqual({ sum: 42 });
});

test.each([
  [['tool', 'ls', '--view', 'endpoint:absent'], 4],
  [['tool', 'show', 'add', '--view', 'endpoint:work-not'], 4],
  [['tool', 'ls', '--view', 'nonsense'], 2],
])('%j ends with its exit code', async (args, code) => {
  expect((await home.run(args)).code).toBe(code);
});

test('the API shows what a view lists, and says so when there is none', async () => {
  const { client } = hub;
  const page = await client.request(listTools, { query: { view: 'endpoint:small' } });
  expect(page.items.map(({ name }) => name)).toEqual(['add']);
  const tool = await client.request(getTool, {
    params: { name: 'call_tool' },
    query: { view: 'endpoint:work' },
  });
  expect(tool).toMatchObject({ name: 'call_tool', source: 'hub:search', state: 'available' });
  await expect(client.request(listTools, { query: { view: 'endpoint:absent' } })).rejects.toMatchObject({
    code: 'not_found',
  });
});
