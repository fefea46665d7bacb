import { randomBytes } from 'node:crypto';
import {
  catalogReader,
  defineExtension,
  directory,
  engine,
  isEnded,
  organizationRemoved,
  type RunNote,
  runChanged,
  runStatuses,
  type WriteNote,
} from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { EmbeddedEngine } from './embedded-engine.ts';
import { RunCrew } from './node/run-crew.ts';
import { Plans } from './plans.ts';
import { ChildRuns } from './run/child-runs.ts';
import { ToolCaller } from './run/tool-caller.ts';
import { engineSettings } from './settings.ts';
import { engineMigrations } from './store/engine-tables.ts';
import { removeEndedRuns, removeOldResults, removeOrganization } from './store/tidy-runs.ts';

const tidyEveryMs = 3_600_000;
const dayMs = 86_400_000;

/** Carries out pipelines in the hub's own process, so that they survive its end. */
export const engineEmbedded = defineExtension({
  name: 'engine',
  description: 'Durable pipelines, carried out in this process',
  config: engineSettings,
  needs: [database, catalogReader],
  wants: [directory],
  provides: [engine],
  setup: async ({
    config,
    calls,
    clock,
    events,
    find,
    health,
    log,
    metrics,
    offer,
    onReady,
    onStop,
    use,
  }) => {
    const own = use(database);
    await own.migrate('engine', engineMigrations);
    const plans = new Plans();
    const caller = new ToolCaller({
      settings: config,
      calls,
      catalog: use(catalogReader),
      directory: () => find(directory),
    });
    const ended = new Map(
      runStatuses
        .filter(isEnded)
        .map((status) => [status, metrics.counter('runs_total', 'Runs that have ended', { status })]),
    );
    const children = new ChildRuns(async (order) => {
      await own.together(embedded.order(order));
      embedded.wake();
    });
    let writeNote: WriteNote<RunNote> = () => [];
    const crew = new RunCrew({
      settings: config,
      plans,
      node: randomBytes(8).toString('hex'),
      database: own,
      caller,
      children,
      clock,
      log,
      random: Math.random,
      writeNote: (note) => writeNote(note),
      onStatus: ({ row }, status, error) => {
        ended.get(status)?.add();
        const task = row.task_id === null ? {} : { task: row.task_id };
        events.publish(runChanged, {
          org: row.org,
          run: row.id,
          ...task,
          status,
          ...(error ? { error } : {}),
        });
      },
    });
    const embedded = new EmbeddedEngine({
      database: own,
      plans,
      crew,
      children,
      clock,
      takeNotes: (write) => {
        writeNote = write;
      },
    });
    offer(engine, embedded);
    const driven = metrics.gauge('runs_active', 'Runs this node carries out now');
    health.check('engine', () => {
      driven.set(crew.size);
      return { status: 'ok' };
    });
    events.on(organizationRemoved, ({ org, step, waitFor }) => {
      if (step === 'rows') waitFor(removeOrganization(own, org));
    });
    let cancelTidy = (): void => undefined;
    const tidy = async (): Promise<void> => {
      const now = clock.now();
      await removeOldResults(own, now);
      if (config.keepDays > 0) await removeEndedRuns(own, now - config.keepDays * dayMs);
    };
    const planTidy = (): void => {
      cancelTidy = clock.after(tidyEveryMs, () => {
        tidy().catch((cause: unknown) => log.warn('old runs could not be removed', { cause }));
        planTidy();
      });
    };
    planTidy();
    onReady(() => crew.start());
    onStop(async () => {
      cancelTidy();
      await crew.stop();
    });
  },
});
