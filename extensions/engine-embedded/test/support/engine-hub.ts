import { randomBytes } from 'node:crypto';
import {
  type Clock,
  defineExtension,
  type Engine,
  type Extension,
  engine,
  type HandlerContext,
  type HubInfo,
  hubInfo,
  isEnded,
  type JsonObject,
  type JsonValue,
  type RunDetail,
  type RunOrder,
  type RunStatus,
  runChanged,
  systemClock,
  tool,
  uuidv7,
} from '@signalbox/sdk';
import { type Database, database } from '@signalbox/store';
import storeSqlite from '@signalbox/store-sqlite';
import { type FakeClock, startTestHub, type TestHub } from '@signalbox/testkit';
import { z } from 'zod';
import engineEmbedded from '../../src/index.ts';

/** What a tool of the tests was called with. */
interface Called {
  readonly tool: string;
  readonly args: JsonObject;
}

/** A handler of a tool of the tests. */
export type Handle = (args: JsonObject, context: HandlerContext) => JsonValue | Promise<JsonValue>;

/** What a hub with the engine is made of. */
export interface EngineHubOptions {
  readonly dataDir?: string;
  readonly clock?: Clock;
  readonly settings?: JsonObject;
  readonly store?: Extension;
  /** Who carries runs out; the hub itself unless said. */
  readonly engine?: Extension;
  /** Tools by name; one whose name begins with `read_` says that it only reads. */
  readonly tools?: { readonly [name: string]: Handle };
  /** Others beside. */
  readonly extensions?: readonly Extension[];
}

/** A hub with the engine, and what tests do with it. */
export interface EngineHub extends AsyncDisposable {
  readonly hub: TestHub;
  readonly engine: Engine;
  readonly database: Database;
  readonly info: HubInfo;
  readonly called: Called[];
  /** Orders a run of these steps (or of this definition) and gives its id. */
  readonly order: (pipeline: readonly JsonObject[] | JsonObject, more?: Partial<RunOrder>) => Promise<string>;
  /** An id for a run that is ordered later. */
  readonly newId: () => string;
  /** Lets time pass on a clock that stands still, never so much at once that the store seems not to answer. */
  readonly pass: (clock: FakeClock, ms: number) => Promise<void>;
  /** The run once it has ended. */
  readonly ended: (run: string) => Promise<RunDetail>;
  /** The run once it has this status. */
  readonly reached: (run: string, status: RunStatus) => Promise<RunDetail>;
}

/** So long the store may take to answer. */
const storeSeemsGoneMs = 60_000;

/** Starts one. */
export async function startEngineHub(options: EngineHubOptions = {}): Promise<EngineHub> {
  const called: Called[] = [];
  const held: { engine?: Engine; database?: Database; info?: HubInfo } = {};
  const listeners = new Set<() => void>();
  const probe = defineExtension({
    name: 'probe',
    config: z.strictObject({}),
    needs: [engine, database, hubInfo],
    setup: ({ use, events, tools }) => {
      held.engine = use(engine);
      held.database = use(database);
      held.info = use(hubInfo);
      events.on(runChanged, () => {
        for (const listener of listeners) listener();
      });
      for (const [name, handle] of Object.entries(options.tools ?? {}))
        tools.provide(
          name,
          tool(
            `${name} of the tests`,
            z.looseObject({}),
            (args, context) => {
              called.push({ tool: name, args: args as JsonObject });
              return handle(args as JsonObject, context);
            },
            name.startsWith('read_') ? { annotations: { readOnlyHint: true } } : {},
          ),
        );
    },
  });
  const hub = await startTestHub({
    extensions: [
      options.store ?? storeSqlite,
      options.engine ?? engineEmbedded,
      ...(options.extensions ?? []),
      probe,
    ],
    settings: { ...options.settings },
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  const { engine: own, database: store, info } = held;
  if (!own || !store || !info) throw new Error('the probe was not set up');
  const clock = options.clock ?? systemClock;

  const until = async (run: string, isThere: (status: RunStatus) => boolean): Promise<RunDetail> => {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        const listener = (): void => {
          listeners.delete(listener);
          resolve();
        };
        listeners.add(listener);
      });
      const found = await own.find('local', run);
      if (found && isThere(found.status)) return found;
      await changed;
    }
  };

  const newId = (): string => uuidv7(clock.now(), randomBytes(10));
  return {
    hub,
    newId,
    engine: own,
    database: store,
    info,
    called,
    order: async (pipeline, more = {}) => {
      const id = more.id ?? newId();
      const order: RunOrder = {
        id,
        org: 'local',
        title: 'test',
        pipeline: Array.isArray(pipeline) ? { steps: [...pipeline] } : (pipeline as JsonObject),
        params: {},
        trigger: 'manual',
        runAs: { kind: 'user', id: 'owner', org: 'local', level: 'trusted' },
        scheduledAt: clock.now(),
        timezone: 'Europe/Chisinau',
        priority: 5,
        availableAt: clock.now(),
        maxRetries: 0,
        ...more,
      };
      await store.together(own.order(order));
      own.wake();
      return id;
    },
    pass: async (fake, ms) => {
      const endsAt = fake.now() + ms;
      while (fake.now() < endsAt) {
        fake.advance(Math.min(storeSeemsGoneMs / 2, endsAt - fake.now()));
        // The store answers in order: what was asked before is answered, too.
        await own.questions('local');
      }
    },
    ended: (run) => until(run, isEnded),
    reached: (run, status) => until(run, (each) => each === status),
    [Symbol.asyncDispose]: () => hub.stop(),
  };
}
