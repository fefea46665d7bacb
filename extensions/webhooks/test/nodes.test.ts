import { expect, test } from 'vitest';
import { startReceiver } from './support/start-receiver.ts';
import { owner, startWebhookHub } from './support/start-webhook-hub.ts';
import { describePostgres, describeStores } from './support/test-stores.ts';

describePostgres((makeStore) => {
  test('of two nodes one tells each thing', async () => {
    await using store = makeStore();
    await using receiver = await startReceiver();
    const options = { store, settings: { allowPrivate: [receiver.host] } };
    await using one = await startWebhookHub(options);
    await using two = await startWebhookHub({ ...options, clock: one.clock });
    await one.add({ direction: 'out', name: 'all', url: receiver.url, on: ['event:*'] });
    const told = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? one : two).tasks.publishEvent(owner, { topic: 'orders', payload: { n: index } }),
      ),
    );
    await Promise.all([one.settle(), two.settle()]);
    const ids = receiver.got.map(({ body }) => String(body.data['id']));
    expect(ids.toSorted()).toEqual(told.map(({ id }) => id).toSorted());
  });
});

describeStores((makeStore) => {
  test('a node that was frozen while another told something writes nothing about it', async () => {
    await using store = makeStore();
    await using receiver = await startReceiver();
    await using hub = await startWebhookHub({ store, settings: { allowPrivate: [receiver.host] } });
    await hub.add({ direction: 'out', name: 'all', url: receiver.url, on: ['event:*'] });
    receiver.answer = (response) => void response.writeHead(500).end();
    await hub.tasks.publishEvent(owner, { topic: 'orders' });
    await hub.settle();
    const { deliveries, settings } = hub.core;
    const leaseMs = settings.timeoutMs * 4;
    const at = hub.clock.now() + 10_000;
    const [row] = await deliveries.due(at, { webhooks: [], orgs: [] }, 1);
    const frozen = row && (await deliveries.claim(row, at, leaseMs));
    expect(frozen).toBeDefined();
    expect(row && (await deliveries.claim(row, at, leaseMs))).toBeUndefined();
    const later = at + leaseMs;
    const [again] = await deliveries.due(later, { webhooks: [], orgs: [] }, 1);
    const held = again && (await deliveries.claim(again, later, leaseMs));
    expect(frozen && (await deliveries.write(frozen, { status: 'failed' }))).toBe(false);
    expect(held && (await deliveries.write(held, { status: 'delivered', next_at: null }))).toBe(true);
  });
});
