import {
  auditRecorder,
  catalogReader,
  directory,
  type ExtensionContext,
  isEnded,
  namedSecrets,
  organizationRemoved,
  type RunNote,
  runChanged,
  runStatuses,
  type WriteNote,
} from '@signalbox/sdk';
import { type Database, database } from '@signalbox/store';
import { Budgets } from './budget/budgets.ts';
import { tellUsedUp } from './budget/tell-used-up.ts';
import { Plans } from './plans.ts';
import { ChildRuns } from './run/child-runs.ts';
import type { TellStatus } from './run/tell-status.ts';
import { ToolCaller } from './run/tool-caller.ts';
import type { EngineSettings } from './settings.ts';
import { engineMigrations } from './store/engine-tables.ts';
import {
  removeEndedRuns,
  removeOldResults,
  removeOldSpending,
  removeOrganization,
} from './store/tidy-runs.ts';
import { type Crew, StoredEngine } from './stored-engine.ts';

const tidyEveryMs = 3_600_000;
const dayMs = 86_400_000;

/** What every engine works with. */
export interface RunsRoom {
  readonly database: Database;
  readonly plans: Plans;
  readonly caller: ToolCaller;
  readonly children: ChildRuns;
  /** How long a run may tidy up that was told to end. */
  readonly tidyUpMs: number;
  readonly onStatus: TellStatus;
  /** What keeps a note of a run, in the same write as what it tells of. */
  readonly writeNote: WriteNote<RunNote>;
  /** The service, once it is known who carries runs out. */
  readonly engineOf: (crew: Crew) => StoredEngine;
}

/** Sets up what engines have in common: tables, calls, child runs, what is told and what is removed when it is old. */
export async function setUpRuns(context: ExtensionContext<EngineSettings>): Promise<RunsRoom> {
  const { config, calls, clock, events, find, log, metrics, onStop, use } = context;
  const own = use(database);
  await own.migrate('engine', engineMigrations);
  const plans = new Plans();
  const onUsedUp = tellUsedUp({ log, metrics, recorder: () => find(auditRecorder) });
  const budgets = new Budgets({ database: own, clock, log, onUsedUp });
  await budgets.start();
  onStop(() => budgets.stop());
  const caller = new ToolCaller({
    settings: config,
    calls,
    catalog: use(catalogReader),
    directory: () => find(directory),
    secrets: () => find(namedSecrets),
    clock,
    random: Math.random,
    budgets: { of: budgets.of },
  });
  const ended = new Map(
    runStatuses
      .filter(isEnded)
      .map((status) => [status, metrics.counter('runs', 'Runs that have ended', { status })]),
  );
  const onStatus: TellStatus = ({ row }, status, error) => {
    ended.get(status)?.add();
    const task = row.task_id === null ? {} : { task: row.task_id };
    events.publish(runChanged, { org: row.org, run: row.id, ...task, status, ...(error ? { error } : {}) });
  };
  let writeNote: WriteNote<RunNote> = () => [];
  const takeNotes = (write: WriteNote<RunNote>): void => {
    writeNote = write;
  };
  let engine: StoredEngine | undefined;
  const engineThere = (): StoredEngine => {
    if (engine) return engine;
    throw new Error('the engine is not set up yet');
  };
  const children = new ChildRuns({
    order: async (child) => {
      await engineThere().orderChild(child);
      engineThere().wake();
    },
    isThere: (id) => engineThere().isThere(id),
    stop: (id, how) => engineThere().stop(id, how),
  });
  events.on(organizationRemoved, ({ org, step, waitFor }) => {
    if (step !== 'rows') return;
    waitFor(budgets.forget(org).then(() => removeOrganization(own, org)));
  });
  tidyRegularly(context, own);
  return {
    database: own,
    plans,
    caller,
    children,
    tidyUpMs: config.tidyUpMs,
    onStatus,
    writeNote: (note) => writeNote(note),
    engineOf: (crew) => {
      engine = new StoredEngine({
        database: own,
        plans,
        crew,
        children,
        budgets,
        clock,
        log,
        onStatus,
        writeNote: (note) => writeNote(note),
        takeNotes,
      });
      return engine;
    },
  };
}

function tidyRegularly(
  { config, clock, log, onStop }: ExtensionContext<EngineSettings>,
  own: Database,
): void {
  let cancel = (): void => undefined;
  const tidy = async (): Promise<void> => {
    const now = clock.now();
    await removeOldResults(own, now);
    await removeOldSpending(own, now);
    if (config.keepDays > 0) await removeEndedRuns(own, now - config.keepDays * dayMs);
  };
  const plan = (): void => {
    cancel = clock.after(tidyEveryMs, () => {
      tidy().catch((cause: unknown) => log.warn('old runs could not be removed', { cause }));
      plan();
    });
  };
  plan();
  onStop(() => cancel());
}
