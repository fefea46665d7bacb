import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Extension, JsonObject } from '@signalbox/sdk';
import storePostgres from '@signalbox/store-postgres';
import storeSqlite from '@signalbox/store-sqlite';
import { Client } from 'pg';
import { describe } from 'vitest';

/** A store that outlives the hubs on it. */
export interface TestStore extends AsyncDisposable {
  readonly extension: Extension;
  readonly settings: JsonObject;
  readonly dataDir: string;
}

const url = process.env['SIGNALBOX_TEST_POSTGRES'] ?? '';
const howToGetServer =
  'PostgreSQL — set SIGNALBOX_TEST_POSTGRES to a connection URL (.ci/postgres.sh start <dir> <port> prints one)';

/** A block of tests that runs on each kind of store; without a server, PostgreSQL's is left out and says so. */
export function describeStores(block: (makeStore: () => TestStore) => void): void {
  describe('on SQLite', () => block(makeSqlite));
  describePostgres(block);
}

/** A block of tests that needs several nodes on one store. */
export function describePostgres(block: (makeStore: () => TestStore) => void): void {
  if (url === '') {
    if (process.env['SIGNALBOX_NO_SKIP'] === '1')
      throw new TypeError(`SIGNALBOX_NO_SKIP is set, but there is no ${howToGetServer}`);
    process.stdout.write(`skipped: ${howToGetServer}\n`);
  }
  describe.skipIf(url === '')('on PostgreSQL', () => block(makePostgres));
}

/** A SQLite file in a folder of its own. */
export function makeSqlite(): TestStore {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-webhooks-'));
  return {
    extension: storeSqlite,
    settings: {},
    dataDir: folder,
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A schema of its own; the nodes on it share one folder, for the key their secrets are sealed under. */
function makePostgres(): TestStore {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-webhooks-'));
  return {
    extension: storePostgres,
    settings: { 'store-postgres': { url, schema, maxConnections: 6 } },
    dataDir: folder,
    [Symbol.asyncDispose]: async () => {
      rmSync(folder, { recursive: true, force: true });
      const client = new Client({ connectionString: url });
      await client.connect();
      try {
        await client.query(`drop schema if exists ${schema} cascade`);
      } finally {
        await client.end();
      }
    },
  };
}
