import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';

const forMs = 1_000;
const text = 'x'.repeat(300);

/** Inserts a second of one statement each, every one flushed to disk, with nothing of ours in between: SQLite on the disk of the hub. */
export function rawInsertsOfSqlite(dataDir: string): number {
  const plain = new DatabaseSync(join(dataDir, 'raw.db'));
  plain.exec(
    'pragma journal_mode = wal; pragma synchronous = full; create table if not exists t (id integer primary key, v text)',
  );
  const insert = plain.prepare('insert into t (v) values (?)');
  const started = performance.now();
  let count = 0;
  for (; performance.now() - started < forMs; count++) insert.run(text);
  const rate = (count * 1_000) / (performance.now() - started);
  plain.close();
  return rate;
}

/** The same over one connection to the PostgreSQL server of the hub. */
export async function rawInsertsOfPostgres(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('set synchronous_commit = on');
    await client.query(`create schema bench_raw_${process.pid}`);
    await client.query(`create table bench_raw_${process.pid}.t (id bigserial primary key, v text)`);
    const insert = {
      name: 'insert',
      text: `insert into bench_raw_${process.pid}.t (v) values ($1)`,
      values: [text],
    };
    const started = performance.now();
    let count = 0;
    for (; performance.now() - started < forMs; count++) await client.query(insert);
    return (count * 1_000) / (performance.now() - started);
  } finally {
    await client.query(`drop schema if exists bench_raw_${process.pid} cascade`);
    await client.end();
  }
}
