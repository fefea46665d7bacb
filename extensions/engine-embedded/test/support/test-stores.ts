import { randomUUID } from 'node:crypto';
import type { Extension, JsonObject } from '@signalbox/sdk';
import storePostgres from '@signalbox/store-postgres';
import { Client } from 'pg';
import { describe } from 'vitest';

/** A store that several hubs may share. */
export interface TestStore extends AsyncDisposable {
  readonly extension: Extension;
  readonly settings: JsonObject;
}

const url = process.env['SIGNALBOX_TEST_POSTGRES'] ?? '';
const howToGetServer =
  'PostgreSQL — set SIGNALBOX_TEST_POSTGRES to a connection URL (.ci/postgres.sh start <dir> <port> prints one)';

/** A block of tests that needs several nodes on one store. */
export function describePostgres(block: (makeStore: () => TestStore) => void): void {
  if (url === '') {
    if (process.env['SIGNALBOX_NO_SKIP'] === '1')
      throw new TypeError(`SIGNALBOX_NO_SKIP is set, but there is no ${howToGetServer}`);
    process.stdout.write(`skipped: ${howToGetServer}\n`);
  }
  describe.skipIf(url === '')('on PostgreSQL', () => block(makePostgres));
}

function makePostgres(): TestStore {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  return {
    extension: storePostgres,
    settings: { 'store-postgres': { url, schema, maxConnections: 4 } },
    [Symbol.asyncDispose]: async () => {
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
