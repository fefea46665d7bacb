import {
  getResource,
  getTemplate,
  getTool,
  listPrompts,
  listResources,
  listTemplates,
  listTools,
} from '@signalbox/api';
import { listAll } from '@signalbox/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AppHub, startAppHub } from '../support/start-app-hub.ts';

let hub: AppHub;
beforeAll(async () => {
  hub = await startAppHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

const names = (page: { items: readonly { name: string }[] }): string[] => page.items.map(({ name }) => name);

test('a list is sorted, pages by cursor, and ends', async () => {
  const { client } = hub;
  const first = await client.request(listTools, { query: { limit: 3, source: 'probe' } });
  expect(names(first)).toEqual(['add', 'ask_name', 'fail']);
  const second = await client.request(listTools, {
    query: { limit: 3, source: 'probe', cursor: first.nextCursor },
  });
  expect(names(second)).toEqual(['picture', 'secret_add', 'shout_and_wait']);
  const third = await client.request(listTools, {
    query: { limit: 3, source: 'probe', cursor: second.nextCursor },
  });
  expect(third).toEqual({
    items: [expect.objectContaining({ name: 'stuck' }), expect.objectContaining({ name: 'walk' })],
  });
  const all = await listAll(5, (query) => client.request(listTools, { query: { ...query } }));
  expect(all).toHaveLength(5);
});

test('search wants every word, source narrows', async () => {
  const { client } = hub;
  expect(names(await client.request(listTools, { query: { search: 'ADDS owner' } }))).toEqual(['secret_add']);
  expect(names(await client.request(listTools, { query: { source: 'nobody' } }))).toEqual([]);
  expect(names(await client.request(listTools, { query: { source: 'probe', search: 'name' } }))).toEqual([
    'ask_name',
  ]);
});

test('an entry tells identity, level and state, and the detail its definition', async () => {
  const { client } = hub;
  const tool = await client.request(getTool, { params: { name: 'secret_add' }, query: {} });
  expect(tool).toEqual({
    name: 'secret_add',
    source: 'probe',
    originalName: 'secret_add',
    description: 'Adds for the owner',
    minLevel: 'anchor',
    state: 'available',
    definition: expect.objectContaining({
      name: 'secret_add',
      inputSchema: expect.objectContaining({ type: 'object' }),
    }),
  });
});

test('resources, templates and prompts are listed too, and a URI survives the path', async () => {
  const { client } = hub;
  const query = { source: 'probe' };
  expect(names(await client.request(listResources, { query }))).toEqual(['probe://notes/1?x=y']);
  expect(names(await client.request(listTemplates, { query }))).toEqual(['probe://files/{+path}']);
  expect(names(await client.request(listPrompts, { query: {} }))).toEqual(['greet']);
  const resource = await client.request(getResource, { params: { name: 'probe://notes/1?x=y' }, query: {} });
  expect(resource.definition).toMatchObject({ uri: 'probe://notes/1?x=y' });
  const template = await client.request(getTemplate, {
    params: { name: 'probe://files/{+path}' },
    query: {},
  });
  expect(template.definition).toMatchObject({ uriTemplate: 'probe://files/{+path}' });
});

test.each([
  ['an unknown tool', { params: { name: 'nothing' } }, 'not_found'],
  ['a percent sign in a name', { params: { name: '100%25 %' } }, 'not_found'],
])('%s is answered with the code of the table', async (_, request, code) => {
  await expect(hub.client.request(getTool, { ...request, query: {} })).rejects.toMatchObject({ code });
});

test.each([
  ['more than the limit', { limit: 501 }],
  ['a limit of nothing', { limit: 0 }],
])('%s is refused', async (_, query) => {
  await expect(hub.client.request(listTools, { query })).rejects.toMatchObject({ code: 'invalid_params' });
});
