import { type EngineTables, readInbox, readInboxes, readLetter } from '@signalbox/runs';
import { expect, test } from 'vitest';
import { SimulatedStore } from './simulation/support/simulated-store.ts';

test('a letter that cannot be read keeps back none of other runs', async () => {
  const database = new SimulatedStore().connect('postgres', async (_kind, carryOut) => carryOut());
  const cancel = JSON.stringify({ kind: 'cancel', reason: 'enough', isForced: false });
  await database
    .queries<EngineTables>()
    .insertInto('engine_inbox')
    .values([
      { run_id: 'run-0', id: 'a', at: 1, message: '{"kind":"of another version"}' },
      { run_id: 'run-0', id: 'b', at: 2, message: cancel },
      { run_id: 'run-1', id: 'c', at: 3, message: cancel },
    ])
    .execute();
  const letters = await readInboxes(database, ['run-0', 'run-1', 'run-2']);
  expect([...letters].map(([run, own]) => [run, own.map(({ id }) => id)])).toEqual([
    ['run-0', ['b']],
    ['run-1', ['c']],
  ]);
  expect(await readInbox(database, 'run-1')).toEqual({ inboxSeq: 0, letters: [] });
});

test('a letter of before is read that does not say whose wish it is', () => {
  const answer = { kind: 'answer', path: 'ask', question: 'ask#1', isApproved: true, by: 'user ada' };
  const event = { kind: 'event', path: 'mail', event: { topic: 'mail', id: '1', payload: null } };
  for (const message of [answer, event])
    expect(readLetter({ id: 'a', message: JSON.stringify(message) })).toEqual({ id: 'a', message });
});
