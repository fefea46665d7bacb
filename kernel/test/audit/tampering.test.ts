import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditExportLine } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { describe, expect, test } from 'vitest';
import type { AuditTables } from '../../src/audit/audit-tables.ts';
import { storeSource } from '../../src/audit/chain-source.ts';
import { hashedColumns, hashRow } from '../../src/audit/hash-row.ts';
import { exportSource, readAnchors } from '../../src/audit/read-audit-lines.ts';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { type AuditPlace, makeAuditPlace, makeDraft } from '../support/open-audit.ts';

const queriesOf = (database: Database) => database.queries<AuditTables>();
type Queries = ReturnType<typeof queriesOf>;

/** Twelve entries, with checkpoints at 4, 8 and 12. */
async function fill(place: AuditPlace, anchorFile = 'anchors.ndjson'): Promise<void> {
  const audit = await place.open({ anchorFile });
  for (let count = 1; count <= 12; count++) {
    audit.append(makeDraft(`id-${String(count).padStart(2, '0')}`));
    if (count % 4 === 0) await audit.verify('local');
  }
  await audit.close();
}

async function verify(database: Database, anchors = false, folder = ''): Promise<unknown> {
  const kept = anchors ? await readAnchors(join(folder, 'anchors.ndjson')) : [];
  const { isIntact, chains } = await verifyAudit(storeSource(database), kept);
  const problem = chains.find((chain) => chain.problem)?.problem;
  expect(isIntact).toBe(problem === undefined);
  return problem && `${problem.kind} ${problem.seq}`;
}

const entry = (seq: number) => (queries: Queries) =>
  queries.updateTable('audit_entries').where('seq', '=', seq);

const remove = (first: number, last: number) => (queries: Queries) =>
  queries.deleteFrom('audit_entries').where('seq', '>=', first).where('seq', '<=', last).execute();

const removeCheckpoints = (first: number, last: number) => (queries: Queries) =>
  queries.deleteFrom('audit_checkpoints').where('number', '>=', first).where('number', '<=', last).execute();

/** Writes an entry anew, and everything after it, as somebody who knows the form but not the key would. */
const rewriteFrom = (first: number) => async (queries: Queries) => {
  const rows = await queries.selectFrom('audit_entries').selectAll().orderBy('seq').execute();
  let before = '';
  for (const row of rows) {
    const changed = row.seq < first ? row : { ...row, actor: 'nobody', prev_hash: before };
    before = row.seq < first ? row.hash : hashRow(changed);
    await entry(row.seq)(queries)
      .set({ ...changed, hash: before })
      .execute();
  }
};

describe('T25: what was done to the store is reported at its first place', () => {
  test.each<[string, (queries: Queries) => Promise<unknown>, string | undefined]>([
    ['nothing', async () => undefined, undefined],
    ['the first entry deleted', remove(1, 1), 'deleted 1'],
    ['entries in the middle deleted', remove(6, 7), 'deleted 6'],
    ['the last entry deleted', remove(12, 12), 'truncated 12'],
    ['the end cut off', remove(10, 12), 'truncated 10'],
    ['everything deleted', remove(1, 12), 'truncated 1'],
    [
      'two neighbours exchanged',
      async (queries) => {
        await entry(5)(queries).set({ seq: 99 }).execute();
        await entry(6)(queries).set({ seq: 5 }).execute();
        await entry(99)(queries).set({ seq: 6 }).execute();
      },
      'reordered 5',
    ],
    ['an entry moved to the end', (queries) => entry(5)(queries).set({ seq: 13 }).execute(), 'deleted 5'],
    [
      'an entry given to another node',
      (queries) => entry(5)(queries).set({ node: 'x' }).execute(),
      'deleted 5',
    ],
    [
      'an entry given to another organization',
      (queries) => entry(5)(queries).set({ org: 'a' }).execute(),
      'deleted 5',
    ],
    [
      'one entry written anew with its hash',
      async (queries) => {
        const row = await queries
          .selectFrom('audit_entries')
          .selectAll()
          .where('seq', '=', 6)
          .executeTakeFirstOrThrow();
        const changed = { ...row, actor: 'nobody' };
        await entry(6)(queries)
          .set({ actor: 'nobody', hash: hashRow(changed) })
          .execute();
      },
      'altered 6',
    ],
    ['everything from an entry on written anew', rewriteFrom(6), 'altered 5'],
    ['everything written anew', rewriteFrom(1), 'altered 1'],
    ['the first checkpoint deleted', removeCheckpoints(1, 1), 'checkpoint 8'],
    ['a checkpoint in the middle deleted', removeCheckpoints(2, 2), 'checkpoint 12'],
    [
      'a checkpoint replaced',
      (queries) =>
        queries.updateTable('audit_checkpoints').set({ hash: 'other' }).where('number', '=', 2).execute(),
      'checkpoint 8',
    ],
    [
      'a checkpoint signed with another key',
      async (queries) => {
        const mark = await queries
          .selectFrom('audit_checkpoints')
          .select('signature')
          .where('number', '=', 1)
          .executeTakeFirstOrThrow();
        await queries.updateTable('audit_checkpoints').set(mark).where('number', '=', 2).execute();
      },
      'checkpoint 8',
    ],
    [
      'the public key replaced',
      (queries) => queries.updateTable('audit_chains').set({ public_key: 'AAAA' }).execute(),
      'key 1',
    ],
    ['the public key deleted', (queries) => queries.deleteFrom('audit_chains').execute(), 'key 1'],
    [
      'a tombstone forged',
      (queries) =>
        queries
          .insertInto('audit_tombstones')
          .values({
            org: 'local',
            node: '',
            first_seq: 1,
            last_seq: 4,
            prev_hash: '',
            last_hash: '',
            checkpoint: 1,
            at: 1,
            signature: 'AAAA',
          })
          .execute()
          .then(async () => {
            const { node } = await queries
              .selectFrom('audit_chains')
              .select('node')
              .executeTakeFirstOrThrow();
            await queries.updateTable('audit_tombstones').set({ node }).execute();
          }),
      'tombstone 1',
    ],
  ])('%s', async (_what, tamper, wanted) => {
    await using place = await makeAuditPlace();
    await fill(place);
    await tamper(queriesOf(place.store.database));
    expect(await verify(place.store.database)).toBe(wanted);
  });

  test.each(hashedColumns.filter((column) => !['org', 'node', 'seq'].includes(column)))(
    'the column %s of an entry altered',
    async (column) => {
      await using place = await makeAuditPlace();
      await fill(place);
      const queries = queriesOf(place.store.database);
      const row = await queries
        .selectFrom('audit_entries')
        .selectAll()
        .where('seq', '=', 7)
        .executeTakeFirstOrThrow();
      const value = typeof row[column] === 'number' ? row[column] + 1 : `${row[column]}x`;
      await entry(7)(queries)
        .set({ [column]: value })
        .execute();
      expect(await verify(place.store.database)).toBe('altered 7');
    },
  );
});

test('an end cut off is named up to the last checkpoint that swears to it', async () => {
  await using place = await makeAuditPlace();
  await fill(place);
  await remove(3, 12)(queriesOf(place.store.database));
  const { chains } = await verifyAudit(storeSource(place.store.database));
  expect(chains.map(({ problem }) => problem?.message)).toEqual([
    'entries 3 to 12 are missing at the end; checkpoint 3 swears to them',
  ]);
});

describe('what a chain alone cannot tell', () => {
  const cut = async (queries: Queries): Promise<void> => {
    await remove(9, 12)(queries);
    await removeCheckpoints(3, 3)(queries);
  };

  test('an end cut off together with its checkpoint goes unseen without an anchor', async () => {
    await using place = await makeAuditPlace();
    await fill(place);
    await cut(queriesOf(place.store.database));
    expect(await verify(place.store.database)).toBeUndefined();
  });

  test('an anchor tells of it', async () => {
    await using place = await makeAuditPlace();
    await fill(place);
    await cut(queriesOf(place.store.database));
    expect(await verify(place.store.database, true, place.folder)).toBe('checkpoint 12');
  });

  test('an anchor tells of a chain that is gone altogether', async () => {
    await using place = await makeAuditPlace();
    await fill(place);
    const queries = queriesOf(place.store.database);
    await remove(1, 12)(queries);
    await removeCheckpoints(1, 3)(queries);
    await queries.deleteFrom('audit_chains').execute();
    expect(await verify(place.store.database)).toBeUndefined();
    expect(await verify(place.store.database, true, place.folder)).toBe('truncated 1');
  });

  test('a forged anchor is not believed', async () => {
    await using place = await makeAuditPlace();
    await fill(place);
    const path = join(place.folder, 'anchors.ndjson');
    const [line = ''] = (await readFile(path, 'utf8')).split('\n');
    await appendFile(path, `${JSON.stringify({ ...(JSON.parse(line) as object), number: 9, seq: 99 })}\n`);
    expect(await verify(place.store.database, true, place.folder)).toBeUndefined();
  });
});

describe('a hub that goes on after its end was cut off', () => {
  test('leaves the gap where it is', async () => {
    await using place = await makeAuditPlace();
    await fill(place);
    await remove(10, 12)(queriesOf(place.store.database));
    const audit = await place.open();
    audit.append(makeDraft('later'));
    await audit.close();
    expect(await verify(place.store.database)).toBe('deleted 10');
  });
});

describe('an export', () => {
  async function exported(
    place: AuditPlace,
  ): Promise<{ lines: AuditExportLine[]; check: (lines: readonly object[]) => Promise<unknown> }> {
    const audit = await place.open();
    const lines: AuditExportLine[] = [];
    for await (const line of audit.exportLines({ org: 'local' })) lines.push(line);
    await audit.close();
    const path = join(place.folder, 'export.ndjson');
    return {
      lines,
      check: async (changed) => {
        await writeFile(path, changed.map((line) => `${JSON.stringify(line)}\n`).join(''));
        const { chains } = await verifyAudit(await exportSource(path));
        const [found] = chains;
        return found?.problem ? `${found.problem.kind} ${found.problem.seq}` : found?.entries;
      },
    };
  }

  test('is verified without the store, and tells what was done to it', async () => {
    await using place = await makeAuditPlace();
    await fill(place);
    const { lines, check } = await exported(place);
    const isEntry = (line: AuditExportLine, seq: number): boolean =>
      line.type === 'entry' && line.seq === seq;
    expect(lines.map(({ type }) => type)).toEqual([
      'chain',
      ...Array.from({ length: 3 }, () => 'checkpoint'),
      ...Array.from({ length: 12 }, () => 'entry'),
    ]);
    expect(await check(lines)).toBe(12);
    expect(await check(lines.filter((line) => !isEntry(line, 5)))).toBe('deleted 5');
    expect(await check(lines.filter((line) => !isEntry(line, 12)))).toBe('truncated 12');
    expect(await check(lines.map((line) => (isEntry(line, 5) ? { ...line, at: 5 } : line)))).toBe(
      'altered 5',
    );
    expect(await check(lines.toSorted((a, b) => Number(isEntry(a, 5)) - Number(isEntry(b, 5))))).toBe(
      'deleted 5',
    );
    expect(await check(lines.filter(({ type }) => type !== 'chain'))).toBe('key 1');
  });

  test('of a part is verified as a part', async () => {
    await using place = await makeAuditPlace();
    const audit = await place.open();
    for (let count = 1; count <= 9; count++) audit.append(makeDraft(`id-${count}`, { at: count * 1_000 }));
    const lines: AuditExportLine[] = [];
    for await (const line of audit.exportLines({ org: 'local', sinceAt: 3_000, untilAt: 7_000 }))
      lines.push(line);
    await audit.close();
    const path = join(place.folder, 'part.ndjson');
    await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const report = await verifyAudit(await exportSource(path));
    expect(report).toMatchObject({ isIntact: true, chains: [{ entries: 4, firstSeq: 3, lastSeq: 6 }] });
  });

  test('cut off at its end is not saved by a line that says it ends there', async () => {
    await using place = await makeAuditPlace();
    await fill(place);
    const { lines, check } = await exported(place);
    const cut = lines
      .filter((line) => line.type !== 'entry' || line.seq <= 9)
      .map((line) => (line.type === 'chain' ? { ...line, untilSeq: 9 } : line));
    expect(await check(cut)).toBe('truncated 10');
  });

  test('of a part carries only checkpoints of what it holds', async () => {
    await using place = await makeAuditPlace();
    const audit = await place.open();
    for (let count = 1; count <= 9; count++) {
      audit.append(makeDraft(`id-${count}`, { at: count * 1_000 }));
      if (count % 3 === 0) await audit.verify('local');
    }
    const lines: AuditExportLine[] = [];
    for await (const line of audit.exportLines({ org: 'local', untilAt: 8_000 })) lines.push(line);
    await audit.close();
    expect(lines.flatMap((line) => (line.type === 'checkpoint' ? line.seq : []))).toEqual([3, 6]);
    const path = join(place.folder, 'part.ndjson');
    await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect(await verifyAudit(await exportSource(path))).toMatchObject({
      isIntact: true,
      chains: [{ entries: 7, lastSeq: 7 }],
    });
  });

  test('that is none is refused, and so is one that is not there', async () => {
    await using place = await makeAuditPlace();
    const path = join(place.folder, 'no.ndjson');
    await expect(exportSource(path)).rejects.toMatchObject({ code: 'not_found' });
    await writeFile(path, '{"type":"entry"}\n');
    await expect(exportSource(path)).rejects.toMatchObject({ code: 'invalid_params' });
  });
});
