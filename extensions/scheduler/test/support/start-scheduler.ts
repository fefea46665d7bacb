import { policyBook } from '@signalbox/policy';
import {
  catalogReader,
  defineExtension,
  directory,
  type Events,
  type Extension,
  engine,
  type OccurrenceView,
  occurrenceDecided,
  type Scheduler,
  type SourceHandle,
  type TaskInput,
  type TaskView,
  type Viewer,
} from '@signalbox/sdk';
import { type Database, database } from '@signalbox/store';
import { FakeClock, startTestHub, type TestHub } from '@signalbox/testkit';
import { z } from 'zod';
import {
  makeScheduler,
  type PipelineKnowledge,
  type RunningScheduler,
  type SchedulerParts,
  type SchedulerSettings,
  schedulerSettings,
} from '../../src/index.ts';
import { type RecordingEngine, recordingEngine } from './recording-engine.ts';
import { makeSqlite, type TestStore } from './test-stores.ts';
import { toolsUsedBy } from './tools-used-by.ts';

/** What a test hub with a scheduler is made of; everything has a default. */
export interface SchedulerHubOptions {
  readonly store?: TestStore;
  readonly clock?: FakeClock;
  readonly settings?: Partial<SchedulerSettings>;
  readonly knowledge?: Partial<PipelineKnowledge>;
  readonly zoneData?: string;
  readonly node?: string;
  readonly extensions?: readonly Extension[];
  /** Stands between the scheduler and the store. */
  readonly wrap?: (database: Database) => Database;
  /** False leaves the loop to the test. */
  readonly isStarted?: boolean;
}

/** A hub with a scheduler whose work a test can await. */
export interface SchedulerHub extends AsyncDisposable {
  readonly test: TestHub;
  readonly clock: FakeClock;
  readonly running: RunningScheduler;
  readonly tasks: Scheduler;
  readonly engine: RecordingEngine;
  readonly events: Events;
  readonly database: Database;
  /** What its scheduler is made of, to make another on the same store. */
  readonly parts: SchedulerParts;
  /** Everything that was decided, in its order. */
  readonly decided: OccurrenceView[];
  /** The tools `clock__look` and `mail__send`, until a test withdraws them. */
  readonly tools: SourceHandle;
  /** Moves the clock and awaits what comes of it. */
  readonly pass: (ms: number) => Promise<void>;
  /** What became of the occurrences of a task, oldest first, in short. */
  readonly ends: (task: string) => Promise<readonly string[]>;
  readonly make: (input: Partial<TaskInput>) => Promise<TaskView>;
}

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

/** A task that looks at the clock once a minute, unless a test says otherwise. */
export const everyMinute: TaskInput = {
  title: 'look at the clock',
  schedule_kind: 'cron',
  schedule_expr: '* * * * *',
  payload: { pipeline: [{ id: 'look', uses: 'clock__look', with: {} }], params: { where: 'wall' } },
};

/** Starts it; a store that is handed in stays, another goes with the hub. */
export async function startSchedulerHub(options: SchedulerHubOptions = {}): Promise<SchedulerHub> {
  const store = options.store ?? makeSqlite();
  const clock = options.clock ?? new FakeClock(noon);
  let made: RecordingEngine | undefined;
  const state: { running?: RunningScheduler; parts?: SchedulerParts; tools?: SourceHandle } = {};
  const decided: OccurrenceView[] = [];
  const underTest = defineExtension({
    name: 'scheduler',
    config: z.strictObject({}),
    needs: [database, catalogReader],
    wants: [directory, engine, policyBook],
    setup: async (context) => {
      const { calls, events, find, log, metrics, onReady, onStop, sources, use } = context;
      const tools = sources.open({
        id: 'tools',
        kind: 'extension',
        minLevel: 'trusted',
        invoke: () => ({ kind: 'data', value: { content: [] } }),
      });
      tools.publish(
        ['clock__look', 'mail__send'].map((name) => ({
          kind: 'tool',
          name,
          definition: { name, inputSchema: { type: 'object' } },
        })),
      );
      tools.setState({ status: 'available' });
      events.on(occurrenceDecided, ({ occurrence }) => void decided.push(occurrence));
      const own = use(database);
      const parts: SchedulerParts = {
        settings: { ...schedulerSettings.parse({}), ...options.settings },
        database: options.wrap?.(own) ?? own,
        engine: () => find(engine),
        directory: () => find(directory),
        policyBook: () => find(policyBook),
        secrets: () => undefined,
        calls,
        catalog: use(catalogReader),
        clock,
        events,
        log,
        metrics,
        knowledge: {
          requirements: (pipeline) => ({ tools: toolsUsedBy(pipeline), secrets: [] }),
          ...options.knowledge,
        },
        zoneData: options.zoneData ?? '2026a',
        node: options.node ?? 'one',
      };
      const running = await makeScheduler(parts);
      Object.assign(state, { running, parts, tools });
      if (options.isStarted !== false) onReady(running.start);
      onStop(running.stop);
    },
  });
  const test = await startTestHub({
    extensions: [
      store.extension,
      recordingEngine((each) => void (made = each)),
      underTest,
      ...(options.extensions ?? []),
    ],
    settings: store.settings,
    dataDir: store.dataDir(),
    clock,
  });
  const { running, parts, tools } = state;
  if (!running || !parts || !tools || !made) throw new TypeError('the scheduler was not set up');
  const tasks = running.service;
  await running.settle();
  return {
    test,
    clock,
    running,
    tasks,
    parts,
    engine: made,
    events: parts.events,
    database: test.hub.services.get(database),
    decided,
    tools,
    pass: async (ms) => {
      clock.advance(ms);
      await running.settle();
    },
    ends: async (task) => {
      const all = await tasks.occurrences(owner, task, { limit: 200 });
      return all.toReversed().map(inShort);
    },
    make: (input) => tasks.create(owner, { ...everyMinute, ...input }),
    [Symbol.asyncDispose]: async () => {
      await test.stop();
      if (!options.store) await store[Symbol.asyncDispose]();
    },
  };
}

/** `12:01 fired`, `12:02-12:05 (4) missed`; the reason where there is no run. */
function inShort({ nominal_at: from, through_at: to, count, status, trigger }: OccurrenceView): string {
  const clockTime = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
  const times = count === 1 ? clockTime(from) : `${clockTime(from)}-${clockTime(to)} (${count})`;
  return `${times} ${status}${trigger === 'schedule' ? '' : ` by ${trigger}`}`;
}
