import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { startEngineHub } from './support/engine-hub.ts';

const tools = { mark: ({ text }: { text?: unknown }) => ({ text: text ?? null }) as never };

test('a run that sleeps costs nothing until its time, and then goes on', async () => {
  const clock = new FakeClock();
  await using hub = await startEngineHub({ clock, tools });
  const run = await hub.order([
    { id: 'nap', sleep: '1h' },
    { id: 'after', uses: 'mark', with: { text: 'awake' } },
  ]);
  await hub.reached(run, 'waiting');
  expect(hub.called).toEqual([]);
  await hub.pass(clock, 3_600_000);
  expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: { text: 'awake' } });
});

test('a question waits for its answer, which later steps read', async () => {
  const clock = new FakeClock();
  await using hub = await startEngineHub({ clock, tools });
  const run = await hub.order([
    { id: 'ask', approve: { message: 'Really?' } },
    { id: 'after', uses: 'mark', with: { text: 'yes' } },
  ]);
  const waiting = await hub.reached(run, 'waiting');
  expect(waiting.questions).toMatchObject([{ run, path: 'ask', message: 'Really?' }]);
  expect(await hub.engine.questions('local')).toHaveLength(1);
  expect(await hub.engine.questions('other')).toEqual([]);
  const answer = { run, path: 'ask', isApproved: true, by: 'ada' };
  await expect(hub.engine.answer('other', answer)).rejects.toMatchObject({ code: 'not_found' });
  await hub.engine.answer('local', answer);
  expect(await hub.ended(run)).toMatchObject({ status: 'succeeded' });
  await expect(hub.engine.answer('local', answer)).rejects.toMatchObject({ code: 'not_found' });
  expect(await hub.engine.questions('local')).toEqual([]);
});

test('a refused question fails the run', async () => {
  await using hub = await startEngineHub({ tools });
  const run = await hub.order([{ id: 'ask', approve: { message: 'Really?' } }]);
  await hub.reached(run, 'waiting');
  await hub.engine.answer('local', { run, path: 'ask', isApproved: false, by: 'ada' });
  expect(await hub.ended(run)).toMatchObject({ status: 'failed', error: { kind: 'denied' } });
});

test('an event wakes the runs of its organization that wait for it, each once', async () => {
  await using hub = await startEngineHub({ tools });
  const wait = [
    { id: 'mail', wait: { event: 'mail.*', match: "event.payload.to == 'ada'" } },
    { id: 'after', uses: 'mark', with: { text: '${steps.mail.payload.subject}' } },
  ];
  const run = await hub.order(wait);
  await hub.reached(run, 'waiting');
  const event = (id: string, to: string, org = 'local') => ({
    org,
    topic: 'mail.received',
    id,
    source: 'imap',
    payload: { to, subject: 'Hello' },
  });
  await hub.engine.deliver(event('1', 'bob'));
  await hub.engine.deliver(event('2', 'ada', 'other'));
  await hub.engine.deliver({ ...event('3', 'ada'), topic: 'other.received' });
  expect(hub.called).toEqual([]);
  await hub.engine.deliver(event('4', 'ada'));
  await hub.engine.deliver(event('4', 'ada'));
  await hub.ended(run);
  expect(hub.called).toEqual([{ tool: 'mark', args: { text: 'Hello' } }]);
});

test('a cancelled run stops its call and ends; by force it ends where it stands', async () => {
  const stopped: string[] = [];
  const hang = (_args: object, { signal }: { signal: AbortSignal }) =>
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        stopped.push('stopped');
        reject(new Error('stopped'));
      });
    });
  await using hub = await startEngineHub({ tools: { ...tools, hang } });
  for (const isForced of [false, true]) {
    const run = await hub.order([{ id: 'a', uses: 'hang' }], {});
    await hub.reached(run, 'running');
    await hub.engine.cancel('local', run, { reason: 'not needed', isForced });
    expect(await hub.ended(run)).toMatchObject({ status: 'canceled' });
    await expect(hub.engine.cancel('local', run, { reason: 'again' })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(hub.engine.cancel('other', run, { reason: 'x' })).rejects.toMatchObject({
      code: 'not_found',
    });
  }
});
