import {
  defineExtension,
  directoryChanged,
  type Events,
  type Log,
  type ResourceUpdate,
  resourceUpdated,
  type Viewer,
} from '@signalbox/sdk';
import { FakeClock, startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ResourceWatches, type Watched } from '../src/resources/resource-watches.ts';

let hub: TestHub;
let events: Events;
let log: Log;
let clock: FakeClock;
let watches: ResourceWatches;
let told: ResourceUpdate[];
let looks: number;
let state: { print: string; isOver: boolean };

const viewerOf = (id: string): Viewer => ({
  principal: { kind: 'user', id, org: 'local', level: 'trusted' },
  interface: { name: 'http', level: 'trusted' },
});
/** Who may read, and who is there. */
let readers: Set<string>;
let gone: Set<string>;

const watched: Watched = {
  viewer: viewerOf('ada'),
  uri: 'signalbox://runs/1',
  org: 'local',
  everyMs: 5_000,
  read: async () => {
    looks++;
    return { ...state };
  },
};

beforeAll(async () => {
  const listening = defineExtension({
    name: 'listening',
    config: z.strictObject({}),
    setup: (context) => {
      ({ events, log } = context);
      events.on(resourceUpdated, (update) => void told.push(update));
    },
  });
  hub = await startTestHub({ extensions: [listening] });
});

afterAll(() => hub.stop());

beforeEach(() => {
  clock = new FakeClock();
  told = [];
  looks = 0;
  state = { print: 'a', isOver: false };
  readers = new Set(['ada', 'bob']);
  gone = new Set();
  watches = new ResourceWatches({
    clock,
    events,
    log,
    mayRead: ({ principal: { id } }) => readers.has(id),
    viewerNow: async (viewer) => (gone.has(viewer.principal.id) ? undefined : viewer),
  });
});

/** Lets time pass, and what was read then be taken in. */
async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe('what somebody watches', () => {
  test('is told of when it is other, for all who watch it at once', async () => {
    await watches.begin(watched);
    await watches.begin(watched);
    await pass(5_000);
    expect(told).toEqual([]);
    state.print = 'b';
    await pass(5_000);
    expect(told).toEqual([{ source: 'scheduler', uri: 'signalbox://runs/1', org: 'local' }]);
  });

  test('is looked at sooner after a word of it, and at most once a second', async () => {
    await watches.begin(watched);
    looks = 0;
    for (let word = 0; word < 100; word++) {
      state.print = `word ${word}`;
      watches.wake('local', [watched.uri]);
      await pass(100);
    }
    expect(looks).toBeLessThanOrEqual(10);
    expect(told.length).toBe(looks);
    watches.wake('acme', [watched.uri]);
    await pass(1_000);
    expect(told.length).toBe(looks);
  });

  test('is not looked at any more when it is over or nobody watches it', async () => {
    await watches.begin(watched);
    await watches.begin(watched);
    watches.end(watched);
    await pass(5_000);
    state = { print: 'over', isOver: true };
    await pass(5_000);
    expect([told.length, clock.waiting]).toEqual([1, 0]);
    watches.wake('local', [watched.uri]);
    state.print = 'tried again';
    await pass(1_000);
    expect(told.length).toBe(2);
    watches.end(watched);
    expect(clock.waiting).toBe(0);
  });

  test('is told of to those alone who may still read it, and to the others when they may again', async () => {
    const bob = viewerOf('bob');
    await watches.begin(watched);
    await watches.begin({ ...watched, viewer: bob });
    // It is read for whoever may, whoever began.
    readers.delete('ada');
    state.print = 'b';
    await pass(5_000);
    expect(told).toEqual([
      { source: 'scheduler', uri: watched.uri, org: 'local', only: expect.objectContaining({ id: 'bob' }) },
    ]);
    gone.add('bob');
    events.publish(directoryChanged, { org: 'local', subject: 'bob', isRevocation: true });
    state.print = 'c';
    looks = 0;
    await pass(5_000);
    expect([told.length, looks]).toEqual([1, 0]);
    readers.add('ada');
    await pass(5_000);
    expect(told.at(-1)).toMatchObject({ only: { id: 'ada' } });
    watches.end({ ...watched, viewer: bob });
    state.print = 'd';
    await pass(5_000);
    expect(told.at(-1)).toEqual({ source: 'scheduler', uri: watched.uri, org: 'local' });
  });

  test('is refused beyond a thousand', async () => {
    for (let each = 0; each < 1_000; each++)
      await watches.begin({ ...watched, uri: `signalbox://runs/${each}` });
    await expect(watches.begin({ ...watched, uri: 'one more' })).rejects.toMatchObject({
      code: 'overloaded',
    });
    await watches.begin({ ...watched, uri: 'signalbox://runs/1' });
    watches.stop();
    expect(clock.waiting).toBe(0);
  });
});
