import { type AuditEntry, auditReader, type CallRequest, type SourceEntry } from '@signalbox/sdk';
import { type Database, database, storeError } from '@signalbox/store';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import type { AuditRow } from '../../src/audit/audit-tables.ts';
import { makeExtension } from '../support/extensions.ts';
import { entry, tools } from '../support/make-catalog.ts';
import { makeAuditPlace, makeDraft } from '../support/open-audit.ts';
import { holdCalls, makeProbe, type Probe, text } from '../support/probe.ts';

const readOnly = (name: string): SourceEntry => ({
  kind: 'tool',
  name,
  definition: { name, inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } },
});

const made: TestHub[] = [];
afterEach(async () => {
  for (const hub of made.splice(0)) await hub.stop();
});

async function start(settings: object = {}): Promise<{ hub: TestHub; probe: Probe }> {
  const probe = makeProbe();
  const hub = await startTestHub({
    extensions: [storeSqlite, probe.extension],
    settings: { audit: settings } as never,
  });
  made.push(hub);
  return { hub, probe };
}

const entriesOf = async (hub: TestHub): Promise<readonly AuditEntry[]> =>
  (await hub.hub.services.get(auditReader).query({ org: 'local', limit: 100 })).toReversed();

const phases = (entries: readonly AuditEntry[]): string[] =>
  entries.map(({ phase, outcome }) => (outcome ? `${phase} ${outcome}` : phase));

describe('a call with side effects', () => {
  test('is on disk before its target hears of it', async () => {
    const { hub, probe } = await start();
    const seen: string[][] = [];
    probe.open('a', tools('t'), async () => {
      const rows = await hub.hub.services
        .get(database)
        .queries<{ audit_entries: AuditRow }>()
        .selectFrom('audit_entries')
        .select(['phase', 'target'])
        .execute();
      seen.push(rows.map(({ phase, target }) => `${phase} ${target}`));
      return text('ok');
    });
    await hub.call('tool', 'a__t');
    expect(seen).toEqual([['intent a__t']]);
    expect(phases(await entriesOf(hub))).toEqual(['intent', 'outcome ok']);
  });

  test.each<[string, SourceEntry, Partial<CallRequest>, string[]]>([
    ['a tool that only reads', readOnly('t'), {}, ['whole ok']],
    ['a prompt', entry('prompt', 't'), { kind: 'prompt' }, ['whole ok']],
  ])('is not %s, which is written down once', async (_what, offered, changes, wanted) => {
    const { hub, probe } = await start();
    probe.open('a', [offered], () => text('ok'));
    await hub.call(changes.kind ?? 'tool', 'a__t');
    expect(phases(await entriesOf(hub))).toEqual(wanted);
  });

  test('is written down once where intents are off', async () => {
    const { hub, probe } = await start({ intents: 'off' });
    probe.open('a', tools('t'), () => text('ok'));
    await hub.call('tool', 'a__t');
    expect(phases(await entriesOf(hub))).toEqual(['whole ok']);
  });

  test('that is refused has no intent', async () => {
    const { hub, probe } = await start();
    probe.open('a', [entry('tool', 't', 'anchor')], () => text('ok'));
    const low = { kind: 'user', id: 'x', org: 'local', level: 'public' } as const;
    await hub.call('tool', 'a__t', {}, { principal: low }).catch(() => undefined);
    expect(phases(await entriesOf(hub))).toEqual(['whole denied']);
  });

  test('has the arguments a rule wants recorded, and one hash for equal arguments of an organization', async () => {
    const { hub, probe } = await start();
    probe.open('a', tools('t'), () => text('ok'));
    const as = (org: string) => ({
      principal: { kind: 'user', id: 'x', org, level: 'anchor', roles: ['owner'] } as const,
    });
    await hub.call('tool', 'a__t', { arguments: { b: 1, a: 'x' } }, as('local'));
    await hub.call('tool', 'a__t', { arguments: { a: 'x', b: 1 } }, as('local'));
    await hub.call('tool', 'a__t', { arguments: { a: 'x', b: 2 } }, as('local'));
    await hub.call('tool', 'a__t', { arguments: { a: 'x', b: 1 } }, as('other'));
    const ours = (await entriesOf(hub))
      .filter(({ phase }) => phase === 'intent')
      .map(({ argsHash }) => argsHash);
    const [theirs] = await hub.hub.services.get(auditReader).query({ org: 'other', limit: 1 });
    expect([ours[0] === ours[1], ours[0] === ours[2], ours[0] === theirs?.argsHash]).toEqual([
      true,
      false,
      false,
    ]);
    expect(theirs?.seq).toBe(2);
  });

  test('that is still running when the hub ends is closed as unknown by the next start, once', async () => {
    await using place = await makeAuditPlace();
    const first = await place.open();
    await first.appendIntent(makeDraft('00-i1', { phase: 'intent', call_id: 'lost', outcome: null }));
    await first.appendIntent(makeDraft('00-i2', { phase: 'intent', call_id: 'done', outcome: null }));
    first.append(makeDraft('00-o2', { phase: 'outcome', call_id: 'done' }));
    await first.close();
    for (const wanted of [4, 4]) {
      const next = await place.open();
      const entries = await next.query({ org: 'local', limit: 100 });
      expect(entries).toHaveLength(wanted);
      expect(entries.filter(({ callId }) => callId === 'lost')).toMatchObject([
        { phase: 'outcome', outcome: 'unknown', target: { name: 'a__t' } },
        { phase: 'intent' },
      ]);
      await next.close();
    }
  });
});

/** A store whose n-th append of entries fails: before it is stored, or after, as when a line breaks during a commit. */
function failingAt(real: Database, failing: number, when: 'before' | 'after'): Database {
  let count = 0;
  return {
    ...real,
    append: async (table, rows) => {
      const fails = table === 'audit_entries' && ++count === failing;
      if (fails && when === 'before') throw storeError('io', 'the disk failed');
      await real.append(table, rows);
      if (fails) throw storeError('connection', 'the line broke');
    },
  };
}

describe('when the store fails at its n-th write', () => {
  const places = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((n) => [[n, 'before'] as const, [n, 'after'] as const]);

  test.each(places)('%i, %s it is stored, no effect is without its intent', async (failing, when) => {
    const real = Promise.withResolvers<Database>();
    const faulty = makeExtension(
      'faulty-store',
      ({ offer, onStop }) => {
        onStop(place.store.close);
        offer(database, failingAt(place.store.database, failing, when));
        real.resolve(place.store.database);
      },
      { provides: [database] },
    );
    await using place = await makeAuditPlace();
    const probe = makeProbe();
    const effects: string[] = [];
    const hub = await startTestHub({
      extensions: [faulty, probe.extension],
      settings: { audit: { flushMs: 0 } },
    });
    probe.open('a', tools('t'), ({ callId }) => {
      effects.push(callId);
      return text('ok');
    });
    const codes: string[] = [];
    for (let count = 0; count < 4; count++)
      await hub.call('tool', 'a__t').catch((error: { code: string }) => codes.push(error.code));
    const entries = await entriesOf(hub);
    const intents = entries.filter(({ phase }) => phase === 'intent').map(({ callId }) => callId);
    expect(effects.filter((callId) => !intents.includes(callId))).toEqual([]);
    expect(codes.every((code) => code === 'audit_unavailable')).toBe(true);
    expect(effects.length).toBe(4 - codes.length);
    expect(await hub.hub.services.get(auditReader).verify('local')).toMatchObject({ isIntact: true });
    await hub.stop();
  });

  test('the error says that the call was not made', async () => {
    await using place = await makeAuditPlace();
    const audit = await place.open({}, failingAt(place.store.database, 1, 'before'));
    await expect(audit.appendIntent(makeDraft('a', { phase: 'intent' }))).rejects.toMatchObject({
      code: 'audit_unavailable',
      message: expect.stringContaining('the call was not made') as unknown,
    });
    await audit.close();
    await expect(audit.appendIntent(makeDraft('b', { phase: 'intent' }))).rejects.toMatchObject({
      code: 'audit_unavailable',
    });
  });

  test('what was called before is written as soon as the store can', async () => {
    await using place = await makeAuditPlace();
    const audit = await place.open({}, failingAt(place.store.database, 1, 'before'));
    audit.append(makeDraft('a'));
    await audit.flush();
    place.clock.advance(1_000);
    await audit.flush();
    expect((await audit.query({ org: 'local', limit: 9 })).map(({ id }) => id)).toEqual(['a']);
    expect(audit.droppedCount()).toBe(0);
    await audit.close();
  });

  test('two writers of one node take turns, and lose nothing', async () => {
    await using place = await makeAuditPlace();
    const [one, two] = [await place.open(), await place.open()];
    const writes = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? one : two).appendIntent(
        makeDraft(`id-${index}`, { call_id: `c-${index}`, phase: 'intent' }),
      ),
    );
    await Promise.all(writes);
    const report = await one.verify('local');
    expect(report).toMatchObject({ isIntact: true, chains: [{ entries: 20 }] });
    await one.close();
    await two.close();
  });
});

test('a call that is cancelled while its intent is written never reaches its target', async () => {
  const { hub, probe } = await start();
  const held = holdCalls();
  probe.open('a', tools('t'), held.invoke);
  const controller = new AbortController();
  const running = hub.call('tool', 'a__t', {}, { signal: controller.signal });
  controller.abort();
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(held.inside).toEqual([]);
});
