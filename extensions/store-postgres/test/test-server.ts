import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { StorePlace } from '@signalbox/store/suite';
import { Client } from 'pg';
import { openPostgresStore } from '../src/index.ts';

/** A schema of its own on the test server, dropped at the end of its block. */
export interface TestSchema extends StorePlace {
  readonly url: string;
  readonly schema: string;
  /** Runs one statement on a connection of its own. */
  readonly administer: (sql: string) => Promise<readonly { readonly [column: string]: unknown }[]>;
}

/**
 * The connection URL of the test server from SIGNALBOX_TEST_POSTGRES; empty without one, so tests skip.
 * With SIGNALBOX_NO_SKIP=1 it throws instead.
 */
export function findTestServer(): string {
  const url = process.env['SIGNALBOX_TEST_POSTGRES'] ?? '';
  if (url === '' && process.env['SIGNALBOX_NO_SKIP'] === '1')
    throw new TypeError(`SIGNALBOX_NO_SKIP is set, but there is no ${howToGetServer}`);
  return url;
}

/** Says on one line that tests are left out, and how to have them. */
export function announceSkip(): void {
  process.stdout.write(`skipped: ${howToGetServer}\n`);
}

const howToGetServer =
  'PostgreSQL — set SIGNALBOX_TEST_POSTGRES to a connection URL (.ci/postgres.sh start <dir> <port> prints one)';

/** Names a fresh schema; the store makes it when it migrates. */
export function createTestSchema(url: string): TestSchema {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  const administer = (sql: string): ReturnType<TestSchema['administer']> => runOnce(url, sql);
  return {
    url,
    schema,
    administer,
    open: (bounds) => openPostgresStore({ url, schema, ...bounds }),
    crashWriter: [fileURLToPath(new URL('./crash-writer.ts', import.meta.url)), url, schema],
    [Symbol.asyncDispose]: async () => {
      await administer(`drop schema if exists ${schema} cascade`);
    },
  };
}

async function runOnce(url: string, sql: string): ReturnType<TestSchema['administer']> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
