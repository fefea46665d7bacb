import gateway from '@signalbox/gateway';
import { type UpstreamRegistry, upstreamDefinition, upstreamRegistry } from '@signalbox/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { person } from '../extensions/auth/test/support/memory-directory.ts';
import { OAuthClient } from '../extensions/auth/test/support/oauth-client.ts';
import { type AuthHub, startAuthHub } from '../extensions/auth/test/support/start-auth-hub.ts';
import { AccountKeeper } from '../extensions/gateway/test/support/account-keeper.ts';
import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '../extensions/gateway/test/support/authorization-server.ts';
import { type HttpFixture, startHttpFixture } from '../extensions/gateway/test/support/fixture.ts';
import { type Guard, startGuard } from '../extensions/gateway/test/support/guard.ts';
import { keeperExtension } from '../extensions/gateway/test/support/keeper-extension.ts';
import { callMcp } from './support/mcp-post.ts';

/** One upstream of each era, each behind an issuer of its own. */
interface Side {
  readonly name: string;
  readonly server: AuthorizationServer;
  readonly fixture: HttpFixture;
  readonly guard: Guard;
}

const robotKey = 'sbx_key_robot_0123456789abcdef';
const keeper = new AccountKeeper();
let sides: Side[];
let hub: AuthHub;
let registry: UpstreamRegistry;

beforeAll(async () => {
  sides = await Promise.all([openSide('north', 'legacy'), openSide('south', 'modern')]);
  hub = await startAuthHub({
    people: ['ada', 'bob', 'eve'].map((login) => person(login)),
    extensions: [gateway, keeperExtension(keeper)],
  });
  registry = hub.hub.hub.services.get(upstreamRegistry);
  for (const { name, guard } of sides) await registry.add(name, upstreamDefinition.parse({ url: guard.url }));
});

afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  for (const { server, fixture, guard } of sides) {
    guard.stop();
    server.stop();
    await fixture.stop();
  }
});

async function openSide(name: string, era: string): Promise<Side> {
  const [server, fixture] = await Promise.all([
    startAuthorizationServer(name),
    startHttpFixture('http.mjs', [era]),
  ]);
  return { name, server, fixture, guard: await startGuard(fixture.port, server, 'nothing') };
}

test('two people at two upstreams are told apart at each, and nothing of how they came in goes on', async () => {
  const [ada, bob] = await Promise.all(
    ['ada', 'bob'].map((login) => new OAuthClient(hub.url).signIn({ login })),
  );
  hub.town.services.add('robot');
  hub.town.keys.set(robotKey, { service: 'robot' });
  const keys = { ada: ada?.access ?? '', bob: bob?.access ?? '', owner: hub.hub.key, robot: robotKey };
  const inbound = [...Object.values(keys), ada?.refresh ?? '', bob?.refresh ?? ''];
  const ids = { ada: 'person-ada', bob: 'person-bob', owner: 'owner', robot: 'robot' } as const;
  const callers = ['ada', 'bob', 'owner', 'robot'] as const;
  const given = new Map<string, string>();
  for (const { name, server } of sides) {
    for (const caller of callers) {
      const subject = { kind: caller === 'robot' ? 'service' : 'user', id: ids[caller] } as const;
      given.set(await keeper.connect(name, { org: 'local', subject }, server), `${name} ${ids[caller]}`);
    }
  }
  await registry.settled(AbortSignal.timeout(10_000));
  await expect.poll(() => registry.list().map(({ state }) => state)).toEqual(['available', 'available']);
  const calls = Array.from({ length: 32 }, (_, index) => {
    const who = callers[index % 4] ?? 'ada';
    const side = sides[(index >> 2) % 2]?.name ?? '';
    return callMcp({ url: hub.url, key: keys[who] }, `${side}__echo`, { mark: `${side} ${ids[who]}` });
  });
  const answers = await Promise.all(calls);
  expect(answers.map(({ status, body }) => [status, 'result' in body])).toEqual(
    answers.map(() => [200, true]),
  );
  for (const { name, guard } of sides) {
    const echoes = guard.seen.filter(({ tool }) => tool === 'echo');
    expect(echoes).toHaveLength(16);
    for (const { who, body } of echoes) {
      expect(body).toContain(`"mark":"${name} ${who}"`);
    }
    for (const { headers, body, path } of guard.seen) {
      const whole = `${JSON.stringify(headers)} ${body} ${path}`;
      for (const secret of inbound) expect(whole).not.toContain(secret);
      const token = headers.authorization?.replace('Bearer ', '');
      if (token !== undefined) expect(given.get(token)).toMatch(new RegExp(`^${name} `));
    }
  }
  // Nor does a token of an upstream show anywhere a person looks.
  for (const token of given.keys()) {
    expect(hub.hub.logged()).not.toContain(token);
    expect(JSON.stringify(registry.list())).not.toContain(token);
  }
});

test('who has connected one upstream has not connected the other', async () => {
  const eve = await new OAuthClient(hub.url).signIn({ login: 'eve' });
  const [north] = sides;
  if (!north) throw new Error('there is no north');
  const subject = { kind: 'user', id: 'person-eve' } as const;
  await keeper.connect('north', { org: 'local', subject }, north.server);
  const address = { url: hub.url, key: eve.access };
  expect((await callMcp(address, 'north__echo')).body).toHaveProperty('result');
  expect((await callMcp(address, 'south__echo')).body).toMatchObject({
    error: { code: -31411, data: { code: 'upstream_login_needed' } },
  });
});
