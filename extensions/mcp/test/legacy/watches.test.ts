import { expect, test } from 'vitest';
import { makeKeeper } from '../support/keeper.ts';
import { openSession, until } from '../support/legacy.ts';
import { rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { data } from '../support/workshop.ts';

test('what a session watches is watched no longer when it ends, also when rules have taken it away meanwhile', async () => {
  const keeper = makeKeeper();
  await using hub = await startMcpHub({ extensions: [keeper.extension] });
  const watched: boolean[] = [];
  const resources = ['x://1', 'x://2'].map((uri) => ({
    kind: 'resource' as const,
    name: uri,
    definition: { uri, name: uri },
  }));
  hub.shop.open('a', resources, ({ request }) => {
    watched.push(request.params['subscribe'] === true);
    return data({});
  });
  const session = await openSession(hub);
  for (const { name: uri } of resources) await session.post(rpc(1, 'resources/subscribe', { uri }));
  expect(watched).toEqual([true, true]);
  keeper.lay({}, { effect: 'deny', what: { targets: ['x://*'] } });
  const again = await session.post(rpc(2, 'resources/unsubscribe', { uri: 'x://1' }));
  expect(await again.json()).toEqual({ jsonrpc: '2.0', id: 2, result: {} });
  expect(watched).toEqual([true, true, false]);
  await session.end();
  await until(() => watched.length > 3);
  expect(watched).toEqual([true, true, false, false]);
});

test('a resource a session subscribes to twice at once is watched once, and no longer when the session has ended', async () => {
  await using hub = await startMcpHub();
  const watched: boolean[] = [];
  const uri = 'x://slow';
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  hub.shop.open(
    'a',
    [{ kind: 'resource', name: uri, definition: { uri, name: uri } }],
    async ({ request }) => {
      watched.push(request.params['subscribe'] === true);
      asked.resolve();
      await answer.promise;
      return data({});
    },
  );
  const session = await openSession(hub);
  const both = [1, 2].map((id) => session.post(rpc(id, 'resources/subscribe', { uri })));
  await asked.promise;
  answer.resolve();
  for (const each of both) expect(await (await each).json()).toMatchObject({ result: {} });
  expect(watched).toEqual([true]);
  await session.end();
  await until(() => watched.length > 1);
  expect(watched).toEqual([true, false]);
});
