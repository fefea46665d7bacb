import { type JsonObject, type Principal, resourceUpdated } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HttpAnswer, send } from '../support/http-answer.ts';
import { type Keeper, makeKeeper } from '../support/keeper.ts';
import { openSession } from '../support/legacy.ts';
import { enveloped, modernHeaders } from '../support/modern.ts';
import { connectSocket } from '../support/sockets.ts';
import { type McpHub, rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { data, text, tools } from '../support/workshop.ts';

const ada: Principal = { kind: 'user', id: 'ada', org: 'local', level: 'trusted', roles: ['member'] };

let clock: FakeClock;
let keeper: Keeper;
let hub: McpHub;

beforeEach(async () => {
  clock = new FakeClock();
  keeper = makeKeeper();
  hub = await startMcpHub({ clock, extensions: [keeper.extension] });
  hub.shop.open('a', tools('one', 'two'), () => text('ok'));
  clock.advance(50);
});

afterEach(() => hub.stop());

function modern(key: string, method: string, params: JsonObject): Promise<HttpAnswer> {
  const { name } = params;
  return send(`${hub.hub.url}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...modernHeaders(method, typeof name === 'string' ? name : undefined),
    },
    body: JSON.stringify(rpc(1, method, enveloped(params))),
  });
}

const call = (key: string): Promise<HttpAnswer> =>
  modern(key, 'tools/call', { name: 'a__one', arguments: {} });

async function legacyCall(key: string, session: { readonly id: string }): Promise<HttpAnswer> {
  return send(`${hub.hub.url}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-session-id': session.id,
    },
    body: JSON.stringify(rpc(2, 'tools/call', { name: 'a__one', arguments: {} })),
  });
}

describe('a token', () => {
  test('that is good calls; one that is not is refused with where to sign in', async () => {
    expect((await call(keeper.token(ada))).status).toBe(200);
    const refused = await call('unknown');
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([
      401,
      `Bearer realm="signalbox", error="invalid_token", resource_metadata="${hub.hub.url}/metadata"`,
    ]);
  });

  test('shown with a proof is refused in the words of proofs', async () => {
    const refused = await send(`${hub.hub.url}/mcp`, {
      method: 'POST',
      headers: { authorization: 'DPoP unknown' },
    });
    expect(refused.headers['www-authenticate']).toMatch(/^DPoP realm="signalbox", error="invalid_token", /);
  });

  const challenge = (): string =>
    `Bearer error="insufficient_scope", scope="tools:call", resource_metadata="${hub.hub.url}/metadata"`;

  test('without the scope of a call is refused with the scope, in both eras', async () => {
    const key = keeper.token({ ...ada, scopes: ['tools:list'] });
    const refused = await call(key);
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([403, challenge()]);
    expect((await refused.json())['error']).toMatchObject({
      code: -31403,
      data: { code: 'insufficient_scope' },
    });
    const session = await openSession(hub, { key });
    const old = await legacyCall(key, session);
    expect([old.status, old.headers['www-authenticate']]).toEqual([403, challenge()]);
  });

  test('with more scopes goes on in the session another opened; one with less gets no more from it', async () => {
    const small = keeper.token({ ...ada, scopes: ['tools:list'] });
    const large = keeper.token({ ...ada, scopes: ['tools:call'] });
    const opened = await openSession(hub, { key: large });
    expect((await legacyCall(large, opened)).status).toBe(200);
    expect((await legacyCall(small, opened)).status).toBe(403);
    expect((await legacyCall(large, opened)).status).toBe(200);
    expect((await legacyCall(keeper.token({ ...ada, id: 'eve' }), opened)).status).toBe(404);
  });
});

describe('what stays open', () => {
  const expiring = (): string =>
    keeper.token({ ...ada, credential: { kind: 'access-token', id: 'x', expiresAt: clock.now() + 5_000 } });
  const listen = async (key: string): Promise<HttpAnswer> => {
    const answer = await modern(key, 'subscriptions/listen', { notifications: { toolsListChanged: true } });
    await answer.events(1);
    return answer;
  };

  test.each<[string, () => string, () => void]>([
    ['the credential expires', expiring, () => clock.advance(5_000)],
    ['facts about the principal change', () => keeper.token(ada), () => keeper.change('ada')],
  ])('ends when %s: a subscription, the stream of a session, and a WebSocket', async (_what, make, end) => {
    const key = make();
    const subscription = await listen(key);
    const session = await openSession(hub, { key });
    const stream = await session.get();
    const socket = await connectSocket(hub, { key });
    const other = await listen(keeper.token({ ...ada, id: 'bob' }));
    end();
    expect((await subscription.allEvents()).at(-1)?.message).toMatchObject({
      result: { resultType: 'complete' },
    });
    await stream.whole();
    expect(await socket.closed).toEqual([1008, 'the credential has expired or changed; connect again']);
    hub.shop.open('b', tools('more'), () => text('ok'));
    clock.advance(50);
    expect((await other.messages(2))[1]).toMatchObject({ method: 'notifications/tools/list_changed' });
    other.leave();
  });
});

describe('a listener', () => {
  test('hears of changes only of what rules let it see, and of new rules', async () => {
    keeper.lay({}, { effect: 'deny', who: { users: ['ada'] }, what: { upstreams: ['secret'] } });
    const open = async (principal: Principal): Promise<HttpAnswer> => {
      const params = { notifications: { toolsListChanged: true } };
      const answer = await modern(keeper.token(principal), 'subscriptions/listen', params);
      await answer.events(1);
      return answer;
    };
    const [hers, his] = [await open(ada), await open({ ...ada, id: 'bob' })];
    const secret = hub.shop.open('secret', tools('plan'), () => text('ok'));
    clock.advance(50);
    await his.messages(2);
    secret.withdraw();
    clock.advance(50);
    await his.messages(3);
    hub.shop.open('open', tools('plan'), () => text('ok'));
    clock.advance(50);
    await his.messages(4);
    expect((await hers.messages(2)).length).toBe(2);
    keeper.lay({});
    expect((await hers.messages(3))[2]).toMatchObject({ method: 'notifications/tools/list_changed' });
    for (const each of [hers, his]) each.leave();
  });

  test('watches no resource any more when its credential has expired', async () => {
    const uri = 'notes://1';
    const watched: unknown[] = [];
    const ended = Promise.withResolvers<void>();
    const entry = { kind: 'resource' as const, name: uri, definition: { uri, name: 'notes' } };
    hub.shop.open('notes', [entry], ({ request }) => {
      watched.push(request.params['subscribe']);
      if (request.params['subscribe'] === false) ended.resolve();
      return data({});
    });
    clock.advance(50);
    const expiresAt = clock.now() + 60_000;
    const key = keeper.token({ ...ada, credential: { kind: 'access-token', id: 'short', expiresAt } });
    const answer = await modern(key, 'subscriptions/listen', {
      notifications: { resourceSubscriptions: [uri] },
    });
    await answer.events(1);
    clock.advance(60_000);
    await answer.whole();
    await ended.promise;
    expect(watched).toEqual([true, false]);
  });

  test('hears no more of a resource once a rule keeps it from the listener', async () => {
    keeper.lay({});
    const uri = 'notes://1';
    const entry = { kind: 'resource' as const, name: uri, definition: { uri, name: 'notes' } };
    const notes = hub.shop.open('notes', [entry], () => data({}));
    clock.advance(50);
    const open = async (principal: Principal): Promise<HttpAnswer> => {
      const params = { notifications: { resourceSubscriptions: [uri] } };
      const answer = await modern(keeper.token(principal), 'subscriptions/listen', params);
      await answer.events(1);
      return answer;
    };
    const [hers, his] = [await open(ada), await open({ ...ada, id: 'bob' })];
    const update = (): void => hub.shop.context().events.publish(resourceUpdated, { source: 'notes', uri });
    update();
    await Promise.all([hers.messages(2), his.messages(2)]);
    keeper.lay({}, { effect: 'deny', who: { users: ['ada'] }, what: { targets: ['notes://*'] } });
    update();
    await his.messages(3);
    keeper.lay({});
    update();
    await his.messages(4);
    expect(await hers.messages(3)).toHaveLength(3);
    notes.withdraw();
    for (const each of [hers, his]) each.leave();
  });
});
