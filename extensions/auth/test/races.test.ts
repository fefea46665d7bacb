import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { defineExtension, hubInfo } from '@signalbox/sdk';
import { type Database, database } from '@signalbox/store';
import { openPostgresStore } from '@signalbox/store-postgres';
import { openSqliteStore } from '@signalbox/store-sqlite';
import type { KyselyPlugin } from 'kysely';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { OAuthClient } from './support/oauth-client.ts';
import { startAuthHub } from './support/start-auth-hub.ts';

const postgresUrl = process.env['SIGNALBOX_TEST_POSTGRES'] ?? '';
const latencyMs = 30;
const atOnce = 64;

/** Every answer of the store takes its time, as over a network: what was read may be out of date when it is used. */
const late: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  transformResult: ({ result }) =>
    new Promise((resolve) => void setTimeout(() => resolve(result), latencyMs)),
};

function slow(store: Database): Database {
  return { ...store, queries: <Tables>() => store.queries<Tables>().withPlugin(late) };
}

const sqlite = defineExtension({
  name: 'slow-sqlite',
  config: z.strictObject({}),
  needs: [hubInfo],
  provides: [database],
  setup: async ({ offer, onStop, clock, use }) => {
    const store = await openSqliteStore({ path: join(use(hubInfo).dataDir, 'slow.db'), clock });
    onStop(store.close);
    offer(database, slow(store.database));
  },
});

const postgres = defineExtension({
  name: 'slow-postgres',
  config: z.strictObject({}),
  provides: [database],
  setup: async ({ offer, onStop }) => {
    const schema = `test_${randomUUID().replaceAll('-', '')}`;
    const store = await openPostgresStore({ url: postgresUrl, schema });
    onStop(async () => {
      await store.database.queries().schema.dropSchema(schema).cascade().execute();
      await store.close();
    });
    offer(database, slow(store.database));
  },
});

const stores = [
  { name: 'SQLite', extension: sqlite, isThere: true },
  { name: 'PostgreSQL', extension: postgres, isThere: postgresUrl !== '' },
];

for (const { name, extension, isThere } of stores) {
  test.skipIf(!isThere)(`of ${atOnce} redemptions of one code at once, one succeeds (${name})`, async () => {
    await using hub = await startAuthHub({ store: { extension, settings: {} } });
    const client = new OAuthClient(hub.url);
    const code = (await client.authorize()).url.searchParams.get('code') ?? '';
    const answers = await Promise.all(Array.from({ length: atOnce }, () => client.redeem(code)));
    const statuses = answers.map(({ status }) => status).sort((a, b) => a - b);
    expect(statuses).toEqual([200, ...Array.from({ length: atOnce - 1 }, () => 400)]);
  });

  test.skipIf(!isThere)(
    `of ${atOnce} uses of one refresh token at once, one succeeds (${name})`,
    async () => {
      await using hub = await startAuthHub({ store: { extension, settings: {} } });
      const client = new OAuthClient(hub.url);
      const { refresh } = await client.signIn();
      const answers = await Promise.all(Array.from({ length: atOnce }, () => client.refresh(refresh)));
      const statuses = answers.map(({ status }) => status).sort((a, b) => a - b);
      expect(statuses).toEqual([200, ...Array.from({ length: atOnce - 1 }, () => 400)]);
    },
  );
}
