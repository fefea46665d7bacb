import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuditEntry, type AuditFilter, auditFilters } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import type { AuditTables } from '../../src/audit/audit-tables.ts';
import { openArgumentsHash } from '../../src/audit/hash-arguments.ts';
import { openNodeKey } from '../../src/audit/node-key.ts';
import { type AuditPlace, makeAuditPlace, makeDraft } from '../support/open-audit.ts';

const dayMs = 86_400_000;

async function checkpointsOf({ store }: AuditPlace): Promise<readonly { number: number; seq: number }[]> {
  const queries = store.database.queries<AuditTables>();
  return queries.selectFrom('audit_checkpoints').select(['number', 'seq']).orderBy('number').execute();
}

describe('checkpoints', () => {
  test('are signed once a minute while entries come, and at the end', async () => {
    await using place = await makeAuditPlace();
    const audit = await place.open();
    const followed = audit.follow({ org: 'local' }, new AbortController().signal)[Symbol.asyncIterator]();
    for (const id of ['a', 'b']) {
      const written = followed.next();
      audit.append(makeDraft(id));
      await audit.flush();
      await written;
      place.clock.advance(60_000);
      place.clock.advance(60_000);
    }
    audit.append(makeDraft('c'));
    await audit.close();
    expect(await checkpointsOf(place)).toEqual([
      { number: 1, seq: 1 },
      { number: 2, seq: 2 },
      { number: 3, seq: 3 },
    ]);
  });

  test('are signed every 1,000 entries', async () => {
    await using place = await makeAuditPlace();
    const audit = await place.open({ maxPending: 10_000 });
    for (let count = 0; count < 2_500; count++) audit.append(makeDraft(`id-${count}`));
    await audit.close();
    const [first, ...others] = await checkpointsOf(place);
    expect(first?.seq).toBeGreaterThanOrEqual(1_000);
    expect(others.at(-1)).toMatchObject({ seq: 2_500 });
  });

  test('are lines of the anchor file too', async () => {
    await using place = await makeAuditPlace();
    const audit = await place.open({ anchorFile: 'anchors.ndjson' });
    audit.append(makeDraft('a'));
    await audit.close();
    const lines = (await readFile(join(place.folder, 'anchors.ndjson'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { type: 'checkpoint', org: 'local', node: place.key.node, number: 1, seq: 1 },
    ]);
  });
});

describe('retention', () => {
  /** Three days of two entries each, and a checkpoint at the end of each. */
  async function fillDays(place: AuditPlace, keepDays: number): Promise<void> {
    for (const day of [0, 1, 2]) {
      const audit = await place.open({ keepDays });
      for (const part of ['a', 'b']) audit.append(makeDraft(`day-${day}-${part}`));
      await audit.close();
      place.clock.advance(dayMs);
    }
  }

  const idsOf = (entries: readonly AuditEntry[]): string[] => entries.map(({ id }) => id).toReversed();

  test('removes whole days behind a tombstone, and what is left is intact', async () => {
    await using place = await makeAuditPlace();
    await fillDays(place, 90);
    const audit = await place.open({ keepDays: 1 });
    // The verification waits for the removal.
    expect(await audit.verify('local')).toMatchObject({
      isIntact: true,
      chains: [{ firstSeq: 5, lastSeq: 6, removedThrough: 4 }],
    });
    expect(idsOf(await audit.query({ org: 'local', limit: 9 }))).toEqual(['day-2-a', 'day-2-b']);
    audit.append(makeDraft('later'));
    await audit.close();
    place.clock.advance(3 * dayMs);
    const next = await place.open({ keepDays: 1 });
    expect(await next.verify('local')).toMatchObject({
      isIntact: true,
      chains: [{ entries: 0, removedThrough: 7 }],
    });
    next.append(makeDraft('much-later'));
    expect(await next.verify('local')).toMatchObject({
      isIntact: true,
      chains: [{ firstSeq: 8, lastSeq: 8 }],
    });
    await next.close();
  });

  test('keeps everything where nothing is to be removed', async () => {
    await using place = await makeAuditPlace();
    await fillDays(place, 0);
    const audit = await place.open({ keepDays: 0 });
    place.clock.advance(400 * dayMs);
    expect(await audit.verify('local')).toMatchObject({ chains: [{ entries: 6, removedThrough: 0 }] });
    await audit.close();
  });

  test('does not remove a call that still runs', async () => {
    await using place = await makeAuditPlace();
    const audit = await place.open({ keepDays: 1 });
    await audit.appendIntent(makeDraft('running', { phase: 'intent', call_id: 'running' }));
    audit.append(makeDraft('other'));
    await audit.verify('local');
    place.clock.advance(5 * dayMs);
    expect(await audit.verify('local')).toMatchObject({ chains: [{ entries: 2, removedThrough: 0 }] });
    await audit.close();
  });

  test('a removal that was interrupted is finished by the next one', async () => {
    await using place = await makeAuditPlace();
    await fillDays(place, 90);
    const kept = await place.store.database
      .queries<AuditTables>()
      .selectFrom('audit_entries')
      .selectAll()
      .execute();
    const first = await place.open({ keepDays: 1 });
    await first.verify('local');
    await first.close();
    await place.store.database.append(
      'audit_entries',
      kept.slice(2, 4).map((row) => ({ ...row })),
    );
    const second = await place.open({ keepDays: 0 });
    expect(await second.verify('local')).toMatchObject({ isIntact: true, chains: [{ firstSeq: 5 }] });
    await second.close();
    const third = await place.open({ keepDays: 1 });
    expect(await third.verify('local')).toMatchObject({ isIntact: true });
    expect(await third.query({ org: 'local', limit: 9 })).toHaveLength(2);
    await third.close();
  });
});

describe('every field', () => {
  const values: { readonly [filter in AuditFilter]: string } = {
    actor: 'ada',
    actorType: 'user',
    level: 'trusted',
    onBehalfOf: 'bob',
    client: 'claude',
    clientVersion: '1.2',
    clientId: 'app',
    method: 'access-token',
    credential: 'jti-hash',
    interface: 'http',
    address: '192.0.2.7',
    action: 'call',
    kind: 'tool',
    target: 'a__t',
    view: 'all',
    via: 'call_tool',
    upstream: 'a',
    originalName: 't',
    definition: 'definition',
    argsHash: 'arguments',
    effect: 'allow',
    reason: 'allowed',
    policy: 'p1',
    rule: 'r2',
    approval: 'approval',
    outcome: 'ok',
    code: 'none',
    phase: 'whole',
    call: 'call-full',
    trace: 'ab'.repeat(16),
    span: 'cd'.repeat(8),
    node: '',
  };

  test('finds an entry, in the store and for those who follow', async () => {
    await using place = await makeAuditPlace();
    const audit = await place.open();
    const stop = new AbortController();
    const filters = Object.keys(auditFilters) as AuditFilter[];
    const selections = filters.map((filter) => ({
      org: 'local',
      [filter]: filter === 'node' ? place.key.node : values[filter],
    }));
    const followed = selections.map((selection) =>
      audit.follow(selection, stop.signal)[Symbol.asyncIterator]().next(),
    );
    audit.append(makeDraft('full'));
    for (const selection of selections) {
      const [found] = await audit.query({ ...selection, limit: 9 });
      expect([selection, found?.id]).toEqual([selection, 'full']);
    }
    const seen = await Promise.all(followed);
    expect(seen.map(({ value }) => (value as AuditEntry).id)).toEqual(filters.map(() => 'full'));
    stop.abort();
    for (const filter of filters) {
      const found = await audit.query({ org: 'local', [filter]: 'something else', limit: 9 });
      expect([filter, found]).toEqual([filter, []]);
    }
    await audit.close();
  });
});

test('who follows sees only the own organization, and is told when it is too slow', async () => {
  await using place = await makeAuditPlace();
  const audit = await place.open({ maxPending: 100_000 });
  const stop = new AbortController();
  const ours = audit.follow({ org: 'local' }, stop.signal)[Symbol.asyncIterator]();
  const first = ours.next();
  audit.append(makeDraft('theirs', { org: 'other' }));
  audit.append(makeDraft('ours'));
  await audit.flush();
  expect((await first).value).toMatchObject({ id: 'ours', seq: 1 });
  for (let count = 0; count < 6_000; count++) audit.append(makeDraft(`id-${count}`));
  await audit.flush();
  await expect(ours.next()).rejects.toMatchObject({ code: 'overloaded' });
  stop.abort();
  await audit.close();
});

test.each([
  ['audit-node.key', openNodeKey],
  ['audit-arguments.key', openArgumentsHash],
] as const)('%s is for its owner alone, and a damaged one stops the start', async (name, open) => {
  await using place = await makeAuditPlace();
  open(place.folder);
  const path = join(place.folder, name);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await writeFile(path, 'damaged\n');
  expect(() => open(place.folder)).toThrow(expect.objectContaining({ code: 'invalid_settings' }) as Error);
});
