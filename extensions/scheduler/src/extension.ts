import { randomUUID } from 'node:crypto';
import { policyBook } from '@signalbox/policy';
import {
  approvalAnswers,
  catalogReader,
  defineExtension,
  directory,
  engine,
  hubInfo,
  namedSecrets,
  organizationRemoved,
  scheduler,
} from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { makeScheduler } from './make-scheduler.ts';
import { pipelineKnowledge } from './pipeline-knowledge.ts';
import { callPublished } from './published/call-published.ts';
import { PublishedTools } from './published/published-tools.ts';
import { provideResources } from './resources/provide-resources.ts';
import { provideAwaitedRoutes } from './routes/awaited-routes.ts';
import { provideBudgetRoutes } from './routes/budget-routes.ts';
import { provideCalendarRoutes } from './routes/calendar-routes.ts';
import { provideEventRoutes } from './routes/event-routes.ts';
import { provideRunRoutes } from './routes/run-routes.ts';
import { provideTaskActionRoutes } from './routes/task-action-routes.ts';
import { provideTaskRoutes } from './routes/task-routes.ts';
import { WaitingCalls } from './runs/waiting-calls.ts';
import type { PipelineKnowledge } from './scheduler-parts.ts';
import { schedulerSettings } from './settings.ts';
import { provideTools } from './tools/provide-tools.ts';
import type { WayIn } from './wire/way-in.ts';

const tidyEveryMs = 60_000;

/** Makes the scheduler's extension with what is known of pipelines. */
export function makeSchedulerExtension(knowledge: PipelineKnowledge) {
  return defineExtension({
    name: 'scheduler',
    description: 'Tasks: pipelines that are run at times and on events',
    config: schedulerSettings,
    needs: [database, catalogReader, hubInfo],
    wants: [approvalAnswers, directory, engine, policyBook, namedSecrets],
    provides: [scheduler],
    setup: async (context) => {
      const { clock, config, events, find, health, log, metrics, offer, onReady, onStop, use } = context;
      const running = await makeScheduler({
        settings: config,
        database: use(database),
        engine: () => find(engine),
        directory: () => find(directory),
        policyBook: () => find(policyBook),
        secrets: () => find(namedSecrets),
        calls: context.calls,
        catalog: use(catalogReader),
        clock,
        events,
        log,
        metrics,
        knowledge,
        zoneData: process.versions.tz ?? 'unknown',
        node: randomUUID(),
      });
      offer(scheduler, running.service);
      const wayIn: WayIn = {
        tasks: running.service,
        calendars: running.calendars,
        retryRun: running.retryRun,
        engine: () => find(engine),
        directory: () => find(directory),
        answers: () => find(approvalAnswers),
        policyBook: () => find(policyBook),
        catalog: use(catalogReader),
        hub: use(hubInfo),
        clock,
        events,
        log,
        waiting: new WaitingCalls(),
      };
      const published = new PublishedTools({
        sources: context.sources,
        read: running.published.read,
        invokeFor: (org) => callPublished(wayIn, running.published.order, org),
        clock,
        log,
        isShared: use(database).dialect === 'postgres',
      });
      running.published.renew = published.renew;
      running.published.mayShow = published.mayShow;
      // Before anything is served: calls of before a restart go on with them.
      await published.renew();
      provideTools(context.tools, wayIn);
      onStop(provideResources(context.resources, wayIn));
      provideTaskRoutes(context.routes, wayIn);
      provideTaskActionRoutes(context.routes, wayIn);
      provideCalendarRoutes(context.routes, wayIn);
      provideRunRoutes(context.routes, wayIn);
      provideAwaitedRoutes(context.routes, wayIn);
      provideEventRoutes(context.routes, wayIn);
      provideBudgetRoutes(context.routes, wayIn);
      health.check('due', running.health);
      events.on(organizationRemoved, ({ org, step, waitFor }) => {
        if (step === 'rows') waitFor(running.removeOrganization(org).then(published.renew));
      });
      let cancelTidy = (): void => undefined;
      const planTidy = (): void => {
        cancelTidy = clock.after(tidyEveryMs, () => {
          running
            .tidy()
            .catch((cause: unknown) => log.warn('old occurrences could not be removed', { cause }))
            .finally(planTidy);
        });
      };
      onReady(async () => {
        await running.start();
        planTidy();
        published.start();
        if (!find(engine)) log.info('tasks are kept and not run: no extension carries out pipelines');
      });
      onStop(async () => {
        cancelTidy();
        await published.stop();
        await running.stop();
      });
    },
  });
}

/** Keeps tasks and runs them when they are due. */
export const schedulerExtension = makeSchedulerExtension(pipelineKnowledge);
