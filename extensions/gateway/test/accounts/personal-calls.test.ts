import type { CallRequest, JsonObject, TaskToResume } from '@signalbox/sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AccountKeeper } from '../support/account-keeper.ts';
import { answering } from '../support/answering.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { type Cell, makeCell } from '../support/cells.ts';
import { errorOf } from '../support/error-of.ts';
import { type HttpFixture, startHttpFixture } from '../support/fixture.ts';
import { startGateway, type TestGateway } from '../support/gateway-context.ts';
import { type Guard, startGuard } from '../support/guard.ts';
import { accountOfPerson, person } from '../support/people.ts';

const cells: readonly Cell[] = [
  { era: 'legacy', transport: 'http' },
  { era: 'modern', transport: 'http' },
  { era: 'legacy', transport: 'websocket' },
  { era: 'modern', transport: 'websocket' },
  { era: 'legacy', transport: 'sse' },
];

let server: AuthorizationServer;
let keeper: AccountKeeper;
let gateway: TestGateway | undefined;
let fixture: HttpFixture | undefined;
let guard: Guard | undefined;

beforeEach(async () => {
  server = await startAuthorizationServer('a');
  keeper = new AccountKeeper();
});

afterEach(async () => {
  await gateway?.stop();
  guard?.stop();
  await fixture?.stop();
  server.stop();
  gateway = guard = fixture = undefined;
});

async function start(
  { era, transport }: Cell,
  open: Guard['open'],
  more: JsonObject = {},
): Promise<{ gateway: TestGateway; guard: Guard }> {
  const cell = await makeCell({ era, transport });
  fixture = cell.fixture;
  guard = await startGuard(fixture?.port ?? 0, server, open);
  const url = transport === 'websocket' ? guard.url.replace('http:', 'ws:') : guard.url;
  gateway = await startGateway({ upstreams: { u: { url, ...more } }, credentials: keeper });
  return { gateway, guard };
}

const echo = (id: string, more = {}) => ({
  upstream: 'u',
  name: 'echo',
  principal: person(id),
  ...more,
});

describe.each(cells)('an upstream that is $era over $transport and wants an account', (cell) => {
  test('waits for somebody who signs in, and each call goes over the account of who makes it', async () => {
    const { gateway, guard } = await start(cell, 'nothing');
    expect((await gateway.untilState('u', 'unavailable')).reason).toBe(
      'it wants you to sign in: signalbox server login u',
    );
    expect(await gateway.registry.loginOf('u', person('ada'))).toBe('needed');
    await keeper.connect('u', accountOfPerson('ada'), server);
    await gateway.untilState('u', 'available');
    await keeper.connect('u', accountOfPerson('bob'), server);
    expect(await gateway.registry.loginOf('u', person('ada'))).toBe('connected');
    await Promise.all(['ada', 'bob', 'ada', 'bob'].map((id) => gateway.call(echo(id))));
    const error = await errorOf(gateway.call(echo('eve')));
    expect(error.code).toBe('upstream_login_needed');
    expect(await gateway.registry.loginOf('u', person('eve'))).toBe('needed');
    const calls = guard.seen.filter(({ tool }) => tool === 'echo').map(({ who }) => who);
    if (cell.transport !== 'websocket')
      expect(calls.toSorted((a = '', b = '') => a.localeCompare(b))).toEqual(['ada', 'ada', 'bob', 'bob']);
    // Over a WebSocket the handshake is what carries the account: one for the lists, one for each person.
    else expect(countOf(guard, 'ada') + countOf(guard, 'bob')).toBe(3);
  });

  test('gives each person a session of their own, which hears of nobody else', async () => {
    const { gateway } = await start(cell, 'nothing');
    await gateway.untilState('u', 'unavailable');
    await keeper.connect('u', accountOfPerson('ada'), server);
    await gateway.untilState('u', 'available');
    await keeper.connect('u', accountOfPerson('bob'), server);
    const asked: string[] = [];
    const answers = ['ada', 'bob'].map(async (id) => {
      const ask = async (): Promise<JsonObject> => {
        asked.push(id);
        return { action: 'accept', content: { who: `answer of ${id}` } };
      };
      const heard: string[] = [];
      const channels = {
        ask,
        capabilities: { elicitation: {} },
        progress: ({ progress }: JsonObject) => void heard.push(`${id} ${JSON.stringify(progress)}`),
      };
      const result = await gateway.call({ ...echo(id), name: 'ask', channels });
      await gateway.call({ ...echo(id), name: 'progress', channels });
      return { text: JSON.stringify(result), heard };
    });
    const [ada, bob] = await Promise.all(answers);
    expect(ada?.text).toContain('answer of ada');
    expect(bob?.text).toContain('answer of bob');
    expect(ada?.heard).toEqual(['ada 1', 'ada 2', 'ada 3']);
    expect(bob?.heard).toEqual(['bob 1', 'bob 2', 'bob 3']);
    expect(asked.toSorted((a, b) => a.localeCompare(b))).toEqual(['ada', 'bob']);
  });

  test('tells of a changed resource only the person who watches it over their account', async () => {
    const { gateway } = await start(cell, 'nothing');
    await gateway.untilState('u', 'unavailable');
    await keeper.connect('u', accountOfPerson('ada'), server);
    await gateway.untilState('u', 'available');
    await keeper.connect('u', accountOfPerson('bob'), server);
    const uri = 'demo://one';
    const watch = { ...echo('ada'), kind: 'subscription', name: uri } as const;
    await gateway.call({ ...watch, params: { uri, subscribe: true } });
    const touch = (id: string) =>
      gateway.call({ ...echo(id), name: 'touch', params: { name: 'touch', arguments: { uri } } });
    const updates = () => gateway.events.filter(({ topic }) => topic === 'resource.updated');
    if (cell.era === 'modern') await fixture?.untilLine(/listening to .*demo:\/\/one/);
    await touch('ada');
    await gateway.until('it was told', () => updates().length > 0);
    const only = { org: 'local', kind: 'user', id: 'ada' };
    expect(updates()[0]?.payload).toEqual({ source: 'u', uri, only });
    await gateway.call({ ...watch, params: { uri, subscribe: false } });
  });
});

describe.each(['2025-11-25', '2026-07-28'])('a task of an upstream that speaks %s', (version) => {
  test('is made, followed and gone on with over the account of the person who called', async () => {
    fixture = await startHttpFixture('http.mjs', [version]);
    guard = await startGuard(fixture.port, server, 'lists');
    gateway = await startGateway({ upstreams: { u: { url: guard.url } }, credentials: keeper });
    await gateway.untilState('u', 'available');
    await keeper.connect('u', accountOfPerson('ada'), server);
    await keeper.connect('u', accountOfPerson('bob'), server);
    const made: TaskToResume[] = [];
    const channels = {
      ...answering,
      task: (task: TaskToResume) => void made.push(task),
      status: () => undefined,
    };
    const call = (id: string, more: Partial<CallRequest> = {}) =>
      startedGateway().call({
        ...echo(id),
        name: 'task',
        params: { name: 'task', arguments: {} },
        channels,
        ...more,
      });
    await Promise.all([call('ada'), call('bob')]);
    const [first] = made;
    if (!first) throw new Error('no task was made');
    const before = guard.seen.length;
    await call('ada', { resume: first });
    const later = guard.seen.slice(before).map(({ rpc, who }) => [rpc?.startsWith('tasks/'), who]);
    expect(later).toContainEqual([true, 'ada']);
    expect(later.map(([, who]) => who)).not.toContain('bob');
    const ofTasks = guard.seen.filter(({ rpc }) => rpc?.startsWith('tasks/')).map(({ who }) => who);
    expect(new Set(ofTasks)).toEqual(new Set(['ada', 'bob']));
  });
});

function startedGateway(): TestGateway {
  if (!gateway) throw new Error('the gateway was not started');
  return gateway;
}

function countOf({ seen }: Guard, who: string): number {
  return seen.filter((entry) => entry.who === who).length;
}
