import directoryExtension from '@signalbox/directory';
import engineEmbedded from '@signalbox/engine-embedded';
import schedulerExtension from '@signalbox/scheduler';
import {
  type Directory,
  defineExtension,
  directory,
  type Engine,
  engine,
  type HandlerContext,
  isEnded,
  type JsonObject,
  type JsonValue,
  type RunDetail,
  type Scheduler,
  scheduler,
  type TaskInput,
  type TaskView,
  tool,
  type Viewer,
} from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { FakeClock, startTestHub, type TestHub } from '@signalbox/testkit';
import { z } from 'zod';

/** What a tool of the tests does. */
export type Handle = (args: JsonObject, context: HandlerContext) => JsonValue | Promise<JsonValue>;

/** A hub with tasks as people have it, but for its clock, which stands still. */
export interface TaskHub extends AsyncDisposable {
  readonly test: TestHub;
  readonly clock: FakeClock;
  readonly tasks: Scheduler;
  readonly engine: Engine;
  readonly directory: Directory;
  readonly called: { readonly tool: string; readonly args: JsonObject; readonly at: number }[];
  readonly make: (
    steps: readonly JsonObject[],
    more?: Partial<TaskInput> & { readonly params?: JsonObject },
  ) => Promise<TaskView>;
  /** Runs a task by hand, and gives the id of the run. */
  readonly run: (task: TaskView, params?: JsonObject) => Promise<string>;
  /** Moves the clock, in steps the store keeps up with. */
  readonly pass: (ms: number) => Promise<void>;
  /** Resolves once something is so. */
  readonly until: (isSo: () => Promise<boolean> | boolean) => Promise<void>;
  readonly ended: (run: string) => Promise<RunDetail>;
  /** The runs of a task, oldest first. */
  readonly runsOf: (task: TaskView) => Promise<readonly RunDetail[]>;
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
/** The store answers in less than that. */
const stepMs = 30_000;
/** After so many questions in vain time goes on; what goes as it should is there long before. */
const patience = 3_000;

/** Starts it, with tools by name. */
export async function startTaskHub(
  tools: { readonly [name: string]: Handle },
  settings: JsonObject = {},
): Promise<TaskHub> {
  const clock = new FakeClock(noon);
  const called: { readonly tool: string; readonly args: JsonObject; readonly at: number }[] = [];
  const provide = defineExtension({
    name: 'tools-of-the-test',
    config: z.strictObject({}),
    setup: ({ tools: own }) => {
      for (const [name, handle] of Object.entries(tools))
        own.provide(
          name,
          tool(`${name} of the test`, z.looseObject({}), (args, context) => {
            called.push({ tool: name, args: args as JsonObject, at: clock.now() });
            return handle(args as JsonObject, context);
          }),
        );
    },
  });
  const test = await startTestHub({
    extensions: [storeSqlite, directoryExtension, engineEmbedded, schedulerExtension, provide],
    settings,
    clock,
  });
  const tasks = test.hub.services.get(scheduler);
  const own = test.hub.services.get(engine);
  const until: TaskHub['until'] = async (isSo) => {
    // Each question goes through the store, so that what was asked of it before is answered first.
    for (let asked = 1; !(await isSo()); asked++) {
      await own.questions('local');
      // What wants to be done at once is a timer, too; what has found nothing to do on a slow machine looks again after a second.
      clock.advance(asked % patience === 0 ? 1_000 : 0);
    }
  };
  const find = async (run: string): Promise<RunDetail> => {
    const found = await own.find('local', run);
    if (!found) throw new TypeError(`run ${run} is not there`);
    return found;
  };
  return {
    test,
    clock,
    tasks,
    engine: own,
    directory: test.hub.services.get(directory),
    called,
    make: (steps, { params = {}, ...more } = {}) =>
      tasks.create(owner, {
        title: 'a task',
        schedule_kind: 'cron',
        schedule_expr: '0 0 1 1 *',
        payload: { pipeline: [...steps], params },
        ...more,
      }),
    run: async (task, params) => {
      const { run, reason } = await tasks.runNow(owner, task.id, params ? { params } : {});
      if (run === undefined) throw new TypeError(`there is no run: ${reason ?? ''}`);
      return run;
    },
    pass: async (ms) => {
      const endsAt = clock.now() + ms;
      while (clock.now() < endsAt) {
        clock.advance(Math.min(stepMs, endsAt - clock.now()));
        for (let asked = 0; asked < 3; asked++) await own.questions('local');
      }
    },
    until,
    ended: async (run) => {
      await until(async () => isEnded((await find(run)).status));
      return find(run);
    },
    runsOf: async (task) => {
      const list = await own.list('local', { task: task.id, limit: 100 });
      return Promise.all(list.toReversed().map(({ id }) => find(id)));
    },
    [Symbol.asyncDispose]: () => test.stop(),
  };
}
