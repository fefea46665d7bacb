import {
  addClient,
  addInvitation,
  addRole,
  addRule,
  addService,
  addTeam,
  allRoutes,
  createTask,
  joinTeam,
  type PersonItem,
  publishEvent,
  runTaskNow,
  setCalendar,
} from '@signalbox/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, setStage } from './support/cast.ts';
import { makeNormaliser } from './support/normalise.ts';

/** What the other organization has, by what it is called in a path. */
interface Things {
  readonly [parameter: string]: string;
}

const canary = 'canary-of-local';
const nothing: Things = {
  person: 'nobody',
  team: 'no-team',
  service: 'no-service',
  key: '00000000-0000-7000-8000-000000000000',
  invitation: '00000000-0000-7000-8000-000000000001',
  role: 'no-role',
  rule: 'no-rule',
  client: '00000000-0000-7000-8000-000000000002',
  org: 'no-org',
  id: '00000000-0000-7000-8000-000000000003',
  callId: '00000000-0000-7000-8000-000000000004',
  askId: 'no-question',
  name: 'nothing',
  task: '00000000-0000-7000-8000-000000000005',
  run: '00000000-0000-7000-8000-000000000006',
};

/** Fills the first organization: one of everything, each with a word that must never be seen elsewhere. */
async function fill({ app, owner, addPerson, keyOf }: Stage): Promise<Things> {
  const query = {};
  const mia = await addPerson(`${canary}-mia`, ['member']);
  await owner.request(addTeam, { query, body: { name: `${canary}-team` } });
  await owner.request(joinTeam, { params: { team: `${canary}-team`, person: mia.id }, query });
  await owner.request(addService, { query, body: { name: `${canary}-robot`, roles: ['member'] } });
  await owner.request(addRole, { query, body: { name: `${canary}-role`, permissions: ['tools:call'] } });
  const { item } = await owner.request(addInvitation, { query, body: { roles: ['member'] } });
  const { client } = await owner.request(addClient, {
    body: { name: canary, redirectUris: ['https://a.example/'] },
  });
  const { id } = await keyOf(mia);
  await owner.request(addRule, {
    query,
    body: { id: `${canary}-rule`, effect: 'approve', what: { targets: ['fail'] } },
  });
  await owner.request(setCalendar, {
    params: { name: nothing['name'] ?? '' },
    body: { dates: ['2096-01-01'], description: canary },
  });
  const task = await owner.request(createTask, {
    body: {
      title: canary,
      schedule_kind: 'event',
      schedule_expr: canary,
      payload: { pipeline: [{ id: 'ask', approve: { message: canary, assignees: [canary] } }] },
    },
  });
  const { run = '' } = await owner.request(runTaskNow, { params: { task: task.id }, body: {} });
  await owner.request(publishEvent, { body: { topic: canary, payload: canary } });
  for (let count = 0; count < 5; count++)
    await app.test.call('tool', 'add', { arguments: { a: count, canary } });
  return {
    ...nothing,
    person: mia.id,
    team: `${canary}-team`,
    service: `${canary}-robot`,
    key: id,
    invitation: item.id,
    role: `${canary}-role`,
    rule: `${canary}-rule`,
    client: client.id,
    task: task.id,
    run,
  };
}

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};
const rpc = (method: string, params: object = {}): Step => [
  'POST',
  '/mcp',
  { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } },
];
const rpcHeaders = { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2026-07-28' };

type Step = readonly [method: string, path: string, body?: object];

/** What the owner of the second organization does: builds it, looks at all of it, uses it, takes it apart. */
const own: readonly Step[] = [
  ['GET', '/api/v1/me'],
  ['POST', '/api/v1/people', { login: 'bea', roles: ['member'] }],
  ['POST', '/api/v1/people', { login: 'ben', roles: ['admin'] }],
  ['POST', '/api/v1/people', { login: 'ben', roles: ['admin'] }],
  ['POST', '/api/v1/teams', { name: 'red' }],
  ['PUT', '/api/v1/teams/red/members/bea'],
  ['POST', '/api/v1/services', { name: 'robot', roles: ['member'] }],
  ['POST', '/api/v1/roles', { name: 'watcher', permissions: ['audit:read'] }],
  ['POST', '/api/v1/rules', { id: 'no-fail', effect: 'deny', what: { targets: ['fail'] } }],
  ['POST', '/api/v1/keys', { name: 'k', scopes: ['tools:call'] }],
  ['POST', '/api/v1/invitations', { roles: ['member'] }],
  ['POST', '/api/v1/clients', { name: 'App', redirectUris: ['https://b.example/'] }],
  ['PUT', '/api/v1/calendars/holidays', { dates: ['2096-05-01'] }],
  ['POST', '/api/v1/calls', { kind: 'tool', target: 'add', arguments: { a: 1, b: 2 } }],
  ['POST', '/api/v1/calls', { kind: 'tool', target: 'fail', arguments: {} }],
  ['POST', '/api/v1/calls', { kind: 'tool', target: 'nothing', arguments: {} }],
  ['POST', '/api/v1/decisions/explain', { target: 'add' }],
  rpc('tools/list'),
  rpc('resources/list'),
  rpc('prompts/list'),
  rpc('tools/call', { name: 'fail', arguments: {} }),
  ...allRoutes
    .filter(({ method, path }) => method === 'GET' && !/\{|follow|health/.test(path))
    .map(({ path }): Step => ['GET', path]),
  ['GET', '/api/v1/keys?all=true'],
  ['GET', '/api/v1/people/bea'],
  ['GET', '/api/v1/teams/red'],
  ['PATCH', '/api/v1/people/bea', { name: 'Bea' }],
  ['PUT', '/api/v1/rules?dryRun=true', { rules: [] }],
  ['DELETE', '/api/v1/teams/red'],
  ['DELETE', '/api/v1/services/robot'],
  ['DELETE', '/api/v1/people/ben'],
];

/** Every place with a name in its path, asked for what the first organization has there. */
function strange(things: Things): Step[] {
  return allRoutes
    .filter(({ path }) => path.includes('{') && !path.includes('/upstreams/'))
    .map(({ method, path }): Step => {
      const asked = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        encodeURIComponent(things[name] ?? 'x'),
      );
      return method === 'GET' || method === 'DELETE' ? [method, asked] : [method, asked, {}];
    });
}

/** Does it all and writes down every answer whole. */
async function play(stage: Stage, key: string, things: Things): Promise<string[]> {
  const normalise = makeNormaliser();
  const seen: string[] = [];
  for (const [method, path, body] of [...own, ...strange(things)]) {
    const response = await fetch(stage.url + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        ...(path === '/mcp' ? mcpHeadersOf(body) : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const names = Object.values(things).reduce((all, name) => all.replaceAll(name, '<asked>'), path);
    const answer = Object.values(things).reduce((all, name) => all.replaceAll(name, '<asked>'), text);
    expect(answer, `${method} ${path}`).not.toContain(canary);
    seen.push(`${method} ${names}\n${response.status} ${normalise(answer)}`);
  }
  return seen;
}

function mcpHeadersOf(body: object | undefined): Record<string, string> {
  const { method = '', params } = (body ?? {}) as { method?: string; params?: { name?: string } };
  return {
    ...rpcHeaders,
    'mcp-method': method,
    ...(params?.name === undefined ? {} : { 'mcp-name': params.name }),
  };
}

let alone: Stage;
let beside: Stage;
let things: Things;
const boss = async (stage: Stage): Promise<string> => {
  const person: PersonItem = await stage.addPerson('bob', ['owner'], 'acme');
  return (await stage.keyOf(person, undefined, 'acme')).key;
};

beforeAll(async () => {
  [alone, beside] = [await setStage(), await setStage()];
  things = await fill(beside);
});
afterAll(async () => {
  await alone[Symbol.asyncDispose]();
  await beside[Symbol.asyncDispose]();
});

test('an organization gets the same answers, byte for byte, whatever another organization has', async () => {
  const without = await play(alone, await boss(alone), nothing);
  const withOther = await play(beside, await boss(beside), things);
  process.stdout.write(
    `security: ${without.length} answers of one organization with and without another's data\n`,
  );
  expect(withOther).toEqual(without);
  expect(without.length).toBeGreaterThan(70);
});
