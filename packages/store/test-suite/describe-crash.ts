import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Kysely } from 'kysely';
import { describe, expect, test } from 'vitest';
import { type SampleTables, sampleMigrations, sampleOwner } from './sample-tables.ts';
import type { StorePlace, StoreUnderTest } from './store-under-test.ts';

const rounds = 20;

/** The promise of a store: what was acknowledged survives the death of the process. */
export function describeCrash(subject: StoreUnderTest): void {
  describe('crashes', () => {
    test('of the writing process, 20 times on one store, lose no acknowledged row and damage nothing', async () => {
      await using place = await subject.createPlace();
      const seed = Number(process.env['SIGNALBOX_SEED'] ?? Date.now() % 1_000_000);
      process.stdout.write(`crash test on ${subject.dialect}: SIGNALBOX_SEED=${seed}\n`);
      const random = seededRandom(seed);
      const acknowledged: string[] = [];
      for (let round = 0; round < rounds; round++) {
        const killAfter = 1 + Math.floor(random() * 300);
        acknowledged.push(...(await runUntilKilled(place, round, killAfter)));
      }
      await using store = await place.open();
      await store.database.migrate(sampleOwner, sampleMigrations);
      const pairs = await readPairs(store.database.queries<SampleTables>());
      expect(acknowledged.filter((batch) => pairs.get(batch) !== 2)).toEqual([]);
      expect([...pairs.values()].filter((rows) => rows !== 2)).toEqual([]);
      expect((await store.database.check()).problems).toEqual([]);
      expect(acknowledged.length).toBeGreaterThanOrEqual(rounds);
    }, 120_000);
  });
}

async function runUntilKilled(place: StorePlace, round: number, killAfter: number): Promise<string[]> {
  const child = spawn(
    process.execPath,
    ['--conditions=@signalbox/source', ...place.crashWriter, String(round)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const closed = once(child, 'close');
  const complaints: string[] = [];
  child.stderr.on('data', (text: Buffer) => complaints.push(text.toString()));
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === killAfter) child.kill('SIGKILL');
  }
  const [, signal] = await closed;
  expect({ signal, complaints }).toEqual({ signal: 'SIGKILL', complaints: [] });
  return acknowledged;
}

async function readPairs(queries: Kysely<SampleTables>): Promise<Map<string, number>> {
  const rows = await queries
    .selectFrom('items')
    .select(({ fn }) => ['batch', fn.countAll<number>().as('rows')])
    .groupBy('batch')
    .execute();
  return new Map(rows.map(({ batch, rows }) => [batch ?? '', rows]));
}

// mulberry32: small, and the same everywhere for one seed.
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
