import {
  changeWebhook,
  getWebhook,
  listDeliveries,
  redeliver,
  removeWebhook,
  rotateWebhook,
  testWebhook,
} from '@signalbox/api';
import { auditReader } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { verifiers } from '../src/in/schemes/verifiers.ts';
import { keyOf } from '../src/secrets.ts';
import { type Got, startReceiver } from './support/start-receiver.ts';
import { noon, owner, startWebhookHub, type WebhookHub } from './support/start-webhook-hub.ts';
import { describeStores } from './support/test-stores.ts';

const hourMs = 3_600_000;
const look = { uses: 'look', with: { at: 'the wall' } };
const broken = { uses: 'break', with: {}, max_retries: 0 };

const deliveries = async ({ api }: WebhookHub, webhook: string) =>
  (await api.request(listDeliveries, { params: { webhook }, query: {} })).items;

/** Whether a request is signed with a secret, as its receiver would check it. */
function isSignedWith({ headers, text }: Got, secret: string, nowMs: number): boolean {
  const keys = [keyOf(secret, 'standard')];
  return verifiers.standard({ headers, body: Buffer.from(text), keys, nowMs, toleranceMs: 1_000 }).isGood;
}

describeStores((makeStore) => {
  test('runs that fail are told of, signed, with nothing of what they were given or gave', async () => {
    await using store = makeStore();
    await using receiver = await startReceiver();
    await using hub = await startWebhookHub({ store, settings: { allowPrivate: [receiver.host] } });
    const { secret } = await hub.add({
      direction: 'out',
      name: 'pager',
      url: receiver.url,
      on: ['run.failed'],
    });
    await hub.run(look);
    const run = await hub.run(broken, 'failed');
    await hub.settle();
    expect(receiver.got).toHaveLength(1);
    const [got] = receiver.got;
    expect(got?.body).toMatchObject({
      type: 'run.failed',
      timestamp: '2026-01-01T12:00:00.000Z',
      data: { id: run, title: 'look', status: 'failed', error: { step: 'one' }, questions: [] },
    });
    expect(Object.keys(got?.body.data ?? {})).not.toEqual(expect.arrayContaining(['params']));
    expect(Object.keys(got?.body.data ?? {})).not.toEqual(expect.arrayContaining(['output']));
    expect(got && isSignedWith(got, secret, noon)).toBe(true);
    expect(got?.headers['user-agent']).toBe('Signalbox/0.0.0-test');
    expect(await deliveries(hub, 'pager')).toMatchObject([
      {
        id: got?.headers['webhook-id'],
        type: 'run.failed',
        about: run,
        status: 'delivered',
        tries: 1,
        answer: 204,
      },
    ]);
  });

  test('a receiver that fails is tried again, later each time, under the same id and with the same body', async () => {
    await using store = makeStore();
    await using receiver = await startReceiver();
    await using hub = await startWebhookHub({ store, settings: { allowPrivate: [receiver.host] } });
    receiver.answer = (response) => void response.writeHead(500).end();
    const { secret } = await hub.add({
      direction: 'out',
      name: 'pager',
      url: receiver.url,
      on: ['run.failed'],
    });
    await hub.run(broken, 'failed');
    await hub.settle();
    expect(await deliveries(hub, 'pager')).toMatchObject([
      { status: 'waiting', tries: 1, answer: 500, reason: 'the receiver answered 500' },
    ]);
    await hub.pass(3_000);
    expect(receiver.got).toHaveLength(1);
    await hub.pass(3_000);
    expect(receiver.got).toHaveLength(2);
    const [first, second] = receiver.got;
    expect(second?.text).toBe(first?.text);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second && isSignedWith(second, secret, hub.clock.now())).toBe(true);
    receiver.answer = (response) => void response.writeHead(204).end();
    await hub.pass(40_000);
    expect(await deliveries(hub, 'pager')).toMatchObject([{ status: 'delivered', tries: 3 }]);
    expect(await hub.api.request(getWebhook, { params: { webhook: 'pager' } })).not.toHaveProperty(
      'failing_since',
    );
  });
});

test('after ten tries over some sixteen hours it is given up, and can be sent again by hand', async () => {
  await using receiver = await startReceiver();
  await using hub = await startWebhookHub({ settings: { allowPrivate: [receiver.host] } });
  receiver.answer = (response) => void response.writeHead(503).end();
  await hub.add({ direction: 'out', name: 'pager', url: receiver.url, on: ['run.failed'] });
  await hub.run(broken, 'failed');
  for (let hours = 0; hours < 30; hours++) await hub.pass(hourMs);
  expect(receiver.got).toHaveLength(10);
  expect(new Set(receiver.got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  const [given] = await deliveries(hub, 'pager');
  expect(given).toMatchObject({ status: 'failed', tries: 10, answer: 503 });
  receiver.answer = (response) => void response.writeHead(200).end();
  const params = { webhook: 'pager', delivery: given?.id ?? '' };
  await hub.api.request(redeliver, { params, body: {} });
  await hub.settle();
  expect(receiver.got.at(-1)?.headers['webhook-id']).toBe(given?.id);
  expect(await deliveries(hub, 'pager')).toMatchObject([{ id: given?.id, status: 'delivered', tries: 1 }]);
});

test('a receiver that is gone, or has failed for days, is not told any more, and it is said why', async () => {
  await using receiver = await startReceiver();
  await using hub = await startWebhookHub({
    settings: { allowPrivate: [receiver.host], disableAfterDays: 1 },
  });
  receiver.answer = (response) => void response.writeHead(410).end();
  await hub.add({ direction: 'out', name: 'gone', url: receiver.url, on: ['run.failed'] });
  await hub.run(broken, 'failed');
  await hub.settle();
  expect(await hub.api.request(getWebhook, { params: { webhook: 'gone' } })).toMatchObject({
    status: 'disabled',
    status_reason: 'the receiver answered 410: it wants no more',
  });
  expect(await deliveries(hub, 'gone')).toMatchObject([{ status: 'dropped', tries: 1 }]);
  await hub.run(broken, 'failed');
  await hub.settle();
  expect(receiver.got).toHaveLength(1);
  const entries = await hub.test.hub.services.get(auditReader).query({ org: 'local', limit: 100 });
  expect(entries.map(({ action }) => action)).toContain('disable');

  await hub.api.request(removeWebhook, { params: { webhook: 'gone' } });
  receiver.answer = (response) => void response.writeHead(500).end();
  await hub.add({ direction: 'out', name: 'ill', url: receiver.url, on: ['run.failed'] });
  await hub.run(broken, 'failed');
  await hub.settle();
  await hub.pass(26 * hourMs);
  await hub.run(broken, 'failed');
  await hub.settle();
  const ill = await hub.api.request(getWebhook, { params: { webhook: 'ill' } });
  expect(ill.status_reason).toMatch(
    /^nothing could be delivered for 1 days; the last time the receiver answered 500/,
  );
  await hub.api.request(changeWebhook, { params: { webhook: 'ill' }, body: { status: 'active' } });
  receiver.answer = (response) => void response.writeHead(204).end();
  const tried = await hub.api.request(testWebhook, { params: { webhook: 'ill' }, body: {} });
  expect(tried.delivery).toMatchObject({ type: 'webhook.test', status: 'delivered', answer: 204 });
});

test('a receiver that redirects, never ends or says nothing gets no more than a try', async () => {
  await using receiver = await startReceiver();
  await using other = await startReceiver();
  await using hub = await startWebhookHub({
    settings: { allowPrivate: [receiver.host, other.host], timeoutMs: 1_000 },
  });
  await hub.add({ direction: 'out', name: 'odd', url: receiver.url, on: ['run.failed'] });
  const tell = async () =>
    (await hub.api.request(testWebhook, { params: { webhook: 'odd' }, body: {} })).delivery;
  receiver.answer = (response) => void response.writeHead(307, { location: other.url }).end();
  expect(await tell()).toMatchObject({ status: 'waiting', answer: 307 });
  expect(other.got).toEqual([]);
  receiver.answer = (response) => {
    response.writeHead(200);
    const more = (): void => void response.write('x'.repeat(65_536), (error) => error ?? more());
    more();
  };
  expect(await tell()).toMatchObject({ status: 'delivered', answer: 200 });
  const reached = Promise.withResolvers<void>();
  receiver.answer = () => reached.resolve();
  const silent = tell();
  await reached.promise;
  hub.clock.advance(1_000);
  expect(await silent).toMatchObject({ status: 'waiting', reason: expect.stringMatching(/within 1000 ms/) });
});

test('nothing is sent into private networks but where the settings say so', async () => {
  await using receiver = await startReceiver();
  await using hub = await startWebhookHub();
  const body = { direction: 'out' as const, name: 'in', on: ['run.failed'] };
  for (const url of [
    receiver.url,
    'http://example.com/',
    'https://169.254.169.254/latest',
    'https://localhost/',
  ])
    await expect(hub.add({ ...body, url })).rejects.toMatchObject({ code: 'address_refused' });
  expect(receiver.got).toEqual([]);
});

test('a slow receiver does not hold up another', async () => {
  await using slow = await startReceiver();
  await using quick = await startReceiver();
  await using hub = await startWebhookHub({
    settings: { allowPrivate: [slow.host, quick.host], maxAtOnce: 5 },
  });
  const held: (() => void)[] = [];
  slow.answer = (response) => void held.push(() => response.writeHead(204).end());
  await hub.add({ direction: 'out', name: 'slow', url: slow.url, on: ['event:many'] });
  for (let count = 0; count < 8; count++) await hub.tasks.publishEvent(owner, { topic: 'many' });
  await hub.add({ direction: 'out', name: 'quick', url: quick.url, on: ['event:one'] });
  const told = Promise.withResolvers<void>();
  quick.answer = (response) => {
    response.writeHead(204).end();
    told.resolve();
  };
  await hub.tasks.publishEvent(owner, { topic: 'one' });
  await told.promise;
  expect(slow.got.length).toBeLessThanOrEqual(4);
  slow.answer = (response) => void response.writeHead(204).end();
  const settled = hub.settle();
  for (const end of held) end();
  await settled;
  expect(slow.got).toHaveLength(8);
});

test('questions, tasks that stand still and events are told of, with what was asked for', async () => {
  await using receiver = await startReceiver();
  await using hub = await startWebhookHub({ settings: { allowPrivate: [receiver.host] } });
  await hub.add({
    direction: 'out',
    name: 'all',
    url: receiver.url,
    on: ['run.waiting', 'run.succeeded', 'task.paused', 'event:orders.*'],
    include: ['params', 'output', 'payload'],
  });
  const asking = await hub.run({ approve: { message: 'May I?' } }, 'waiting');
  await hub.settle();
  const done = await hub.run(look);
  const task = await hub.make();
  await hub.tasks.pause(owner, task.id, 'holidays');
  await hub.tasks.publishEvent(owner, { topic: 'orders.made', payload: { n: 1 } });
  await hub.tasks.publishEvent(owner, { topic: 'parcels.sent', payload: { n: 2 } });
  await hub.settle();
  const got = receiver.got
    .map(({ body: { type, data } }) => [type, data] as const)
    .toSorted(([a], [b]) => a.localeCompare(b));
  expect(got).toMatchObject([
    ['event', { topic: 'orders.made', payload: { n: 1 } }],
    ['run.succeeded', { id: done, output: expect.anything(), params: {} }],
    ['run.waiting', { id: asking, questions: [{ path: 'one', message: 'May I?' }] }],
    ['task.paused', { id: task.id, status_reason: 'holidays' }],
  ]);
  expect((await deliveries(hub, 'all')).map(({ type }) => type).toSorted()).toEqual(
    got.map(([type]) => type),
  );
});

test('what was asked for and is too large is left out, and named', async () => {
  await using receiver = await startReceiver();
  await using hub = await startWebhookHub({
    settings: { allowPrivate: [receiver.host], maxBodyBytes: 2_000 },
  });
  const to = { direction: 'out' as const, url: receiver.url, include: ['payload' as const] };
  await hub.add({ ...to, name: 'all', on: ['event:*'] });
  await hub.tasks.publishEvent(owner, { topic: 'large', payload: { text: 'x'.repeat(3_000) } });
  await hub.settle();
  expect(receiver.got[0]?.body.data).toMatchObject({ topic: 'large', omitted: ['payload'] });
});

test('a webhook for some tasks is told of those alone', async () => {
  await using receiver = await startReceiver();
  await using hub = await startWebhookHub({ settings: { allowPrivate: [receiver.host] } });
  const task = await hub.make({}, look);
  await hub.add({ direction: 'out', name: 'one', url: receiver.url, on: ['task.paused'], tasks: [task.id] });
  const other = await hub.make();
  await hub.tasks.pause(owner, other.id);
  await hub.tasks.pause(owner, task.id);
  await hub.settle();
  expect(receiver.got.map(({ body }) => body.data['id'])).toEqual([task.id]);
});

test('while a secret is changed, what is sent is signed with both', async () => {
  await using receiver = await startReceiver();
  await using hub = await startWebhookHub({ settings: { allowPrivate: [receiver.host] } });
  const { secret: old } = await hub.add({
    direction: 'out',
    name: 'pager',
    url: receiver.url,
    on: ['run.failed'],
  });
  const { secret } = await hub.api.request(rotateWebhook, {
    params: { webhook: 'pager' },
    body: { overlap_seconds: 60 },
  });
  const tell = () => hub.api.request(testWebhook, { params: { webhook: 'pager' }, body: {} });
  await tell();
  hub.clock.advance(60_000);
  await tell();
  const signed = receiver.got.map((got, index) =>
    [old, secret].map((each) => isSignedWith(got, each, noon + index * 60_000)),
  );
  expect(signed).toEqual([
    [true, true],
    [false, true],
  ]);
});

test('what is over is kept for some days', async () => {
  await using receiver = await startReceiver();
  await using hub = await startWebhookHub({ settings: { allowPrivate: [receiver.host], keepDays: 1 } });
  await hub.add({ direction: 'out', name: 'pager', url: receiver.url, on: ['run.failed'] });
  await hub.run(broken, 'failed');
  await hub.settle();
  await hub.core.deliveries.tidy(noon);
  expect(await deliveries(hub, 'pager')).toHaveLength(1);
  await hub.core.deliveries.tidy(noon + 1);
  expect(await deliveries(hub, 'pager')).toHaveLength(0);
});
