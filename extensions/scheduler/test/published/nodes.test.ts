import directoryExtension from '@signalbox/directory';
import engineEmbedded from '@signalbox/engine-embedded';
import { catalogReader, type JsonObject } from '@signalbox/sdk';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import schedulerExtension from '../../src/index.ts';
import { describePostgres, describeStores, type TestStore } from '../support/test-stores.ts';

const task: JsonObject = {
  title: 'says yes',
  schedule_kind: 'manual',
  payload: {
    pipeline: [{ id: 'only', set: { said: 'yes' } }],
    vars: { said: 'no' },
    output: { said: '${vars.said}' },
  },
  publish_as: { name: 'say_yes' },
};

const start = (store: TestStore): Promise<TestHub> =>
  startTestHub({
    extensions: [store.extension, directoryExtension, engineEmbedded, schedulerExtension],
    settings: { engine: { pollMs: 100 }, ...store.settings },
    dataDir: store.dataDir(),
  });

const isThere = ({ hub }: TestHub): boolean =>
  hub.services
    .get(catalogReader)
    .items('tool')
    .some(({ name, source }) => name === 'say_yes' && source === 'pipelines');

async function until(isMet: () => boolean): Promise<void> {
  while (!isMet()) await new Promise<void>((resolve) => setImmediate(resolve));
}

async function make(hub: TestHub, fields: JsonObject = {}): Promise<string> {
  const made = await hub.call('tool', 'create_task', { arguments: { ...task, ...fields } });
  const { id } = (made.kind === 'data' ? made.value['structuredContent'] : {}) as { id: string };
  return id;
}

const yes = { value: { structuredContent: { said: 'yes' } } };

describeStores((makeStore) => {
  test('a published pipeline is there after a restart', async () => {
    await using store = makeStore();
    const first = await start(store);
    const id = await make(first);
    await first.stop();
    await using second = await start(store);
    expect(isThere(second)).toBe(true);
    expect(await second.call('tool', 'say_yes')).toMatchObject(yes);
    await second.call('tool', 'cancel_task', { arguments: { task: id } });
    expect(isThere(second)).toBe(false);
  });
});

describePostgres((makeStore) => {
  test('what one node publishes the others show and run, until it is taken back', async () => {
    await using store = makeStore();
    await using one = await start(store);
    await using two = await start(store);
    const id = await make(one);
    await until(() => isThere(two));
    expect(await two.call('tool', 'say_yes')).toMatchObject(yes);
    await expect(make(two)).rejects.toMatchObject({ code: 'conflict' });
    await one.call('tool', 'cancel_task', { arguments: { task: id } });
    // It is not run any more from that moment on, whoever still shows it.
    await expect(two.call('tool', 'say_yes')).rejects.toMatchObject({ code: 'not_found' });
    await until(() => !isThere(two));
  });

  test('of two nodes that publish by one name at once, one does', async () => {
    await using store = makeStore();
    await using one = await start(store);
    await using two = await start(store);
    const ends = await Promise.allSettled([one, two].map((hub) => make(hub)));
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const refused = ends.find((end) => end.status === 'rejected');
    expect(refused?.reason).toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/is published by it/),
    });
  });
});
