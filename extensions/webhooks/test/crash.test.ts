import { listDeliveries } from '@signalbox/api';
import { expect, test } from 'vitest';
import { type Crash, crashingStore } from './support/crashing-store.ts';
import { startReceiver } from './support/start-receiver.ts';
import { owner, startWebhookHub } from './support/start-webhook-hub.ts';
import { describeStores } from './support/test-stores.ts';

describeStores((makeStore) => {
  test.each([
    ['before the end of a run is written', false],
    ['after it is written and before anybody has heard of it', true],
  ])(
    'a hub that ends %s loses nothing of what is to be told, and tells it once',
    async (_when, isWritten) => {
      await using store = makeStore();
      await using receiver = await startReceiver();
      const settings = { allowPrivate: [receiver.host] };
      const crash: Crash = { isArmed: false, isGone: false, isWritten };
      const first = await startWebhookHub({ store, settings, storeExtension: crashingStore(store, crash) });
      await first.add({ direction: 'out', name: 'pager', url: receiver.url, on: ['run.succeeded'] });
      const task = await first.make();
      crash.isArmed = true;
      const { run } = await first.tasks.runNow(owner, task.id);
      await expect.poll(() => crash.isGone, { timeout: 30_000 }).toBe(true);
      await first.stop();
      expect(receiver.got).toEqual([]);

      const ended = Promise.withResolvers<void>();
      receiver.answer = (response) => {
        response.writeHead(204).end();
        ended.resolve();
      };
      // What the hub that is gone held is free after its lease.
      first.clock.advance(600_000);
      await using second = await startWebhookHub({ store, settings, clock: first.clock });
      await ended.promise;
      await second.settle();
      expect(receiver.got.map(({ body }) => [body.type, body.data['id']])).toEqual([['run.succeeded', run]]);
    },
  );

  test('a hub that ends between a delivery and writing it down delivers it again, under the same id', async () => {
    await using store = makeStore();
    await using receiver = await startReceiver();
    const settings = { allowPrivate: [receiver.host] };
    const first = await startWebhookHub({ store, settings });
    await first.add({ direction: 'out', name: 'pager', url: receiver.url, on: ['event:*'] });
    const reached = Promise.withResolvers<void>();
    receiver.answer = () => reached.resolve();
    await first.tasks.publishEvent(owner, { topic: 'orders' });
    await reached.promise;
    await first.stop();
    receiver.answer = (response) => void response.writeHead(204).end();
    await using second = await startWebhookHub({ store, settings, clock: first.clock });
    await second.settle();
    const ids = receiver.got.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([ids[0], ids[0]]);
    const { items } = await second.api.request(listDeliveries, { params: { webhook: 'pager' }, query: {} });
    expect(items).toMatchObject([{ status: 'delivered', tries: 1 }]);
  });
});
