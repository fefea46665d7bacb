import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import {
  announceSkip,
  createTestSchema,
  findTestServer,
} from '../extensions/store-postgres/test/test-server.ts';
import { api, callApi } from './support/api.ts';
import { type Home, makeHome } from './support/home.ts';
import { type HubProcess, startHub } from './support/hub-process.ts';
import { type ModernUpstream, said, startModernUpstream } from './support/modern-upstream.ts';
import { until } from './support/until.ts';

const postgres = findTestServer();
if (postgres === '') announceSkip();

/** A store for hubs that come and go, and somebody who can write in it past them. */
interface Place extends AsyncDisposable {
  readonly settings: object;
  readonly tamper: (sql: string) => Promise<unknown>;
}

const stores: readonly {
  readonly name: string;
  readonly isThere: boolean;
  readonly make: (home: Home) => Place;
}[] = [
  {
    name: 'SQLite',
    isThere: true,
    make: ({ folder }) => ({
      settings: {},
      tamper: async (sql) => {
        using store = new DatabaseSync(join(folder, '.signalbox', 'signalbox.db'), { timeout: 5_000 });
        store.exec(sql);
      },
      [Symbol.asyncDispose]: async () => undefined,
    }),
  },
  {
    name: 'PostgreSQL',
    isThere: postgres !== '',
    make: () => {
      const schema = createTestSchema(postgres);
      return {
        settings: {
          store: { driver: 'postgres' },
          'store-postgres': { url: postgres, schema: schema.schema },
        },
        tamper: (sql) => schema.administer(sql.replace('audit_entries', `${schema.schema}.audit_entries`)),
        [Symbol.asyncDispose]: () => schema[Symbol.asyncDispose](),
      };
    },
  },
];

interface Entry {
  readonly phase: string;
  readonly outcome?: string;
  readonly callId: string;
}

async function entriesOf(hub: HubProcess): Promise<readonly Entry[]> {
  const { body } = await api(hub, 'GET', '/api/v1/audit?limit=500');
  return body['items'] as readonly Entry[];
}

async function verify(hub: HubProcess): Promise<unknown> {
  return (await api(hub, 'GET', '/api/v1/audit/verify')).body;
}

function startUp(home: Home, place: Place, upstream: ModernUpstream): Promise<HubProcess> {
  home.write(
    'signalbox.yaml',
    JSON.stringify({ ...place.settings, gateway: { upstreams: { u: { url: upstream.url } } } }),
  );
  return startHub(home);
}

const untilListed = (hub: HubProcess): Promise<true> =>
  until('the tools are there', async () => {
    const { body } = await api(hub, 'GET', '/api/v1/tools');
    return (body['items'] as readonly unknown[]).length > 0 ? true : undefined;
  });

describe.each(stores)('with $name', ({ isThere, make }) => {
  test.skipIf(!isThere)(
    'no effect is without its intent when the hub is killed, and each call ends once',
    async () => {
      using home = makeHome();
      await using place = make(home);
      await using upstream = await startModernUpstream({
        quick: () => said('done'),
        never: () => undefined,
      });
      const first = await startUp(home, place, upstream);
      await untilListed(first);
      for (let count = 0; count < 5; count++) await callApi(first, 'u__quick');
      const lost = Array.from({ length: 10 }, () => callApi(first, 'u__never').catch(() => undefined));
      await until('calls are under way', () => (upstream.calls.length >= 10 ? true : undefined));
      await first.end('SIGKILL');
      await Promise.all(lost);
      await using second = await startUp(home, place, upstream);
      const entries = await entriesOf(second);
      const calls = (phase: string): string[] =>
        entries
          .filter((each) => each.phase === phase)
          .map(({ callId }) => callId)
          .toSorted();
      expect(calls('intent').length).toBeGreaterThanOrEqual(upstream.calls.length);
      expect(calls('outcome')).toEqual(calls('intent'));
      expect(entries.filter(({ outcome }) => outcome === 'unknown').length).toBeGreaterThanOrEqual(5);
      expect(await verify(second)).toMatchObject({ isIntact: true, chains: [{ entries: entries.length }] });
    },
  );

  test.skipIf(!isThere)('what is changed past the hub is found where it is', async () => {
    using home = makeHome();
    await using place = make(home);
    await using upstream = await startModernUpstream({ quick: () => said('done') });
    await using hub = await startUp(home, place, upstream);
    await untilListed(hub);
    for (let count = 0; count < 4; count++) await callApi(hub, 'u__quick');
    expect(await verify(hub)).toMatchObject({ isIntact: true, chains: [{ entries: 8 }] });
    await place.tamper("update audit_entries set actor = 'nobody' where seq = 5");
    expect(await verify(hub)).toMatchObject({
      isIntact: false,
      chains: [{ problem: { kind: 'altered', seq: 5 } }],
    });
    await place.tamper('delete from audit_entries where seq = 3');
    expect(await verify(hub)).toMatchObject({ chains: [{ problem: { kind: 'deleted', seq: 3 } }] });
    await place.tamper('delete from audit_entries where seq > 2');
    expect(await verify(hub)).toMatchObject({ chains: [{ problem: { kind: 'truncated', seq: 3 } }] });
  });
});

test('a store that nobody uses is verified where it lies', async () => {
  using home = makeHome();
  home.write('signalbox.yaml', '{}');
  const hub = await startHub(home);
  await callApi(hub, 'nobody__knows').catch(() => undefined);
  await hub.end('SIGTERM');
  const run = await home.signalbox(['audit', 'verify', '-o', 'id']);
  expect([run.code, run.stdout]).toEqual([0, 'intact\n']);
});
