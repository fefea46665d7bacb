import { getWebhook, listDeliveries } from '@signalbox/api';
import { expect, test } from 'vitest';
import { startReceiver } from './support/start-receiver.ts';
import { owner, startWebhookHub, type WebhookHub } from './support/start-webhook-hub.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const broken = { uses: 'break', with: {}, max_retries: 0 };

async function outgoing({ api }: WebhookHub, webhook: string) {
  const found = await api.request(getWebhook, { params: { webhook } });
  if (found.direction === 'out') return found;
  throw new TypeError('it comes in');
}

test('a delivery takes back a failure that was noted while it was under way', async () => {
  await using receiver = await startReceiver();
  await using hub = await startWebhookHub({ settings: { allowPrivate: [receiver.host] } });
  await hub.add({ direction: 'out', name: 'pager', url: receiver.url, on: ['run.failed'] });
  const held: (() => void)[] = [];
  const both = Promise.withResolvers<void>();
  const statuses = [500, 204];
  receiver.answer = (response) => {
    const status = statuses.shift() ?? 204;
    held.push(() => void response.writeHead(status).end());
    if (held.length === 2) both.resolve();
  };
  await hub.run(broken, 'failed');
  await hub.run(broken, 'failed');
  const settling = hub.settle();
  await both.promise;
  // Both are read with nothing failing; then one fails, and the other does not.
  held[0]?.();
  while ((await outgoing(hub, 'pager')).failing_since === undefined);
  held[1]?.();
  await settling;
  expect(await outgoing(hub, 'pager')).not.toHaveProperty('failing_since');
});

test('one failure after quiet days disables nothing, failures without a quiet do', async () => {
  await using receiver = await startReceiver();
  await using hub = await startWebhookHub({ settings: { allowPrivate: [receiver.host] } });
  await hub.add({ direction: 'out', name: 'pager', url: receiver.url, on: ['run.failed'] });
  receiver.answer = (response) => void response.writeHead(503).end();
  const day = async (): Promise<void> => {
    await hub.run(broken, 'failed');
    for (let third = 0; third < 3; third++) await hub.pass(8 * hourMs);
  };
  await day();
  await hub.pass(10 * dayMs);
  await hub.run(broken, 'failed');
  await hub.settle();
  const quiet = await outgoing(hub, 'pager');
  expect(quiet.status).toBe('active');
  expect(Date.parse(quiet.failing_since ?? '')).toBeGreaterThan(hub.clock.now() - hourMs);
  for (let days = 0; days < 6; days++) await day();
  expect((await outgoing(hub, 'pager')).status_reason).toMatch(/^nothing could be delivered for 5 days/);
});

test('a hub does not take from itself what a webhook of its own tells, whatever way it comes', async () => {
  await using relay = await startReceiver();
  await using hub = await startWebhookHub({ settings: { allowPrivate: [relay.host] } });
  const on = ['event:door.*'];
  const { secret } = await hub.add({ direction: 'out', name: 'echo', url: relay.url, on });
  const door = { direction: 'in', name: 'door', topic: 'door.opened', scheme: 'standard', secret } as const;
  const { webhook } = await hub.add(door);
  const answers: number[] = [];
  const forward = async (marks: boolean): Promise<number> => {
    const got = relay.got.at(-1);
    const names = ['content-type', 'webhook-id', 'webhook-timestamp', 'webhook-signature'];
    const own = marks ? [...names, 'signalbox-origin'] : names;
    const headers = Object.fromEntries(own.map((name) => [name, String(got?.headers[name])]));
    const url = `${hub.test.url}/hooks/${webhook.id}`;
    const answer = await fetch(url, { method: 'POST', headers, body: got?.text ?? '' });
    return answer.status;
  };
  relay.answer = (response) =>
    void forward(true).then((status) => {
      answers.push(status);
      response.writeHead(status).end();
    });
  await hub.tasks.publishEvent(owner, { topic: 'door.opened', payload: {} });
  await hub.settle();
  expect(answers).toEqual([409]);
  const { items } = await hub.api.request(listDeliveries, { params: { webhook: 'echo' }, query: {} });
  expect(items).toMatchObject([{ status: 'waiting', answer: 409, reason: 'the receiver answered 409' }]);
  expect(await hub.tasks.events(owner, {})).toHaveLength(1);
  // It is the mark that says so: signed in the same way by somebody else, it is taken.
  relay.answer = (response) => void response.writeHead(204).end();
  expect(await forward(false)).toBe(202);
});
