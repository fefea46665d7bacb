import { addWebhook, type WebhookItem } from '@signalbox/api';
import { type Client, createClient } from '@signalbox/client';
import directoryExtension from '@signalbox/directory';
import engineEmbedded from '@signalbox/engine-embedded';
import schedulerExtension from '@signalbox/scheduler';
import {
  defineExtension,
  type Events,
  type Extension,
  isEnded,
  type JsonObject,
  type RunStatus,
  runChanged,
  type Scheduler,
  SignalboxError,
  scheduler,
  type TaskView,
  tool,
  type Viewer,
} from '@signalbox/sdk';
import { FakeClock, startTestHub, type TestHub } from '@signalbox/testkit';
import vault from '@signalbox/vault';
import { z } from 'zod';
import type { Core } from '../../src/core.ts';
import { makeWebhooksExtension } from '../../src/extension.ts';
import { makeSqlite, type TestStore } from './test-stores.ts';

/** What a test hub with webhooks is made of; everything has a default. */
export interface WebhookHubOptions {
  readonly store?: TestStore;
  readonly clock?: FakeClock;
  readonly dataDir?: string;
  /** The section `webhooks`. */
  readonly settings?: JsonObject;
  readonly extensions?: readonly Extension[];
  /** Stands between the built-ins and the store. */
  readonly storeExtension?: Extension;
}

/** A hub with webhooks whose work a test can await. */
export interface WebhookHub extends AsyncDisposable {
  readonly test: TestHub;
  readonly clock: FakeClock;
  readonly core: Core;
  readonly tasks: Scheduler;
  readonly api: Client;
  /** Makes a webhook as the owner. */
  readonly add: (
    body: Parameters<typeof addBody>[0],
  ) => Promise<{ readonly webhook: WebhookItem; readonly secret: string }>;
  /** Makes a task of one step and runs it; gives the run when it is in a status. */
  readonly run: (step: JsonObject, status?: RunStatus, task?: Partial<TaskInputs>) => Promise<string>;
  readonly make: (task?: Partial<TaskInputs>, step?: JsonObject) => Promise<TaskView>;
  /** Ends when everything that is due has been sent. */
  readonly settle: () => Promise<void>;
  /** Moves the clock and awaits what is sent. */
  readonly pass: (ms: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

type TaskInputs = Parameters<Scheduler['create']>[1];

/** The local owner, as who sits at the machine. */
export const owner: Viewer = {
  principal: {
    kind: 'user',
    id: 'owner',
    org: 'local',
    level: 'anchor',
    roles: ['owner'],
    credential: { kind: 'owner-key', id: 'owner' },
  },
  interface: { name: 'stdio', level: 'anchor' },
};

/** Thursday, 2026-01-01, 12:00 UTC. */
export const noon = Date.UTC(2026, 0, 1, 12);

/** Starts it, with the tools `look` and `break`; a store that is handed in stays, another goes with the hub. */
export async function startWebhookHub(options: WebhookHubOptions = {}): Promise<WebhookHub> {
  const store = options.store ?? makeSqlite();
  const clock = options.clock ?? new FakeClock(noon);
  let core: Core | undefined;
  let events: Events | undefined;
  const probe = defineExtension({
    name: 'probe',
    config: z.strictObject({}),
    setup: (context) => {
      events = context.events;
      const readOnly = { annotations: { readOnlyHint: true } };
      context.tools.provide(
        'look',
        tool('Looks', z.strictObject({ at: z.string() }), ({ at }) => ({ seen: at }), readOnly),
      );
      context.tools.provide(
        'break',
        tool('Fails', z.strictObject({}), () => {
          throw new SignalboxError('conflict', 'this is not the time');
        }),
      );
    },
  });
  const test = await startTestHub({
    extensions: [
      options.storeExtension ?? store.extension,
      directoryExtension,
      vault,
      engineEmbedded,
      schedulerExtension,
      makeWebhooksExtension((made) => {
        core = made;
      }),
      probe,
      ...(options.extensions ?? []),
    ],
    settings: { ...store.settings, webhooks: options.settings ?? {} },
    dataDir: options.dataDir ?? store.dataDir,
    clock,
  });
  if (!core || !events) throw new TypeError('the webhooks were not set up');
  const { crew } = core;
  const heard = events;
  const api = createClient({ url: test.url, key: test.key });
  const tasks = test.hub.services.get(scheduler);
  const make: WebhookHub['make'] = (task = {}, step = { uses: 'look', with: { at: 'wall' } }) =>
    tasks.create(owner, {
      title: 'look',
      schedule_kind: 'once',
      schedule_expr: '2030-01-01T00:00:00Z',
      payload: { pipeline: [{ id: 'one', ...step }] },
      ...task,
    });
  return {
    test,
    clock,
    core,
    tasks,
    api,
    make,
    add: (body) => api.request(addWebhook, { body: addBody(body) }),
    run: async (step, status = 'succeeded', task = {}) => {
      const { id } = await make(task, step);
      const reached = Promise.withResolvers<void>();
      const stopListening = heard.on(runChanged, (change) => {
        if (change.task !== id) return;
        if (change.status === status) reached.resolve();
        else if (isEnded(change.status)) reached.reject(new TypeError(`it is ${JSON.stringify(change)}`));
      });
      const { run } = await tasks.runNow(owner, id);
      await reached.promise;
      stopListening();
      return run ?? '';
    },
    settle: () => crew.settle(),
    pass: async (ms) => {
      clock.advance(ms);
      await crew.settle();
    },
    stop: test.stop,
    [Symbol.asyncDispose]: async () => {
      await test.stop();
      if (!options.store) await store[Symbol.asyncDispose]();
    },
  };
}

/** A webhook as the API takes it, with less to write. */
function addBody(body: z.input<(typeof addWebhook)['body']>) {
  return body;
}
