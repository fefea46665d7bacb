import {
  type ExtensionContext,
  isEnded,
  occurrenceStatuses,
  type RunStatus,
  runStatuses,
  taskStatuses,
} from '@signalbox/sdk';
import { z } from 'zod';
import { countRunsFor, listQuestionsFor } from '../runs/read-runs.ts';
import { toInstant } from '../wire/to-instant.ts';
import type { WayIn } from '../wire/way-in.ts';
import { hints, taskTool } from './task-tool.ts';

const hourMs = 3_600_000;
const status = z.enum(['ok', 'degraded', 'down']);
const counts = <Name extends string>(names: readonly Name[]) => z.record(z.enum(names), z.int());

/** `get_system_health` and `get_system_metrics`. */
export function provideSystem(tools: ExtensionContext<unknown>['tools'], wayIn: WayIn): void {
  tools.provide(
    'get_system_health',
    taskTool({
      title: 'Health',
      description: 'How the hub and its parts are, what carries out tasks among them.',
      input: z.strictObject({}),
      output: z.object({
        status: status.describe('The worst of its parts'),
        version: z.string(),
        started_at: z.iso.datetime(),
        parts: z.array(z.object({ name: z.string(), status })),
      }),
      hints: hints.reads,
      handle: async (_none, viewer) => {
        wayIn.tasks.requirePermission(viewer, 'tasks:read');
        const parts = (await wayIn.hub.checkHealth()).map(({ name, status: how }) => ({ name, status: how }));
        const worst = (['down', 'degraded'] as const).find((each) =>
          parts.some((part) => part.status === each),
        );
        const { version, startedAt } = wayIn.hub;
        return { status: worst ?? 'ok', version, started_at: toInstant(startedAt), parts };
      },
    }),
  );
  tools.provide(
    'get_system_metrics',
    taskTool({
      title: 'Figures',
      description:
        'Figures of the tasks of your organization: how many there are, what became of the times they were due in the last 24 hours, how all runs of the last hours stand, and how many questions wait.',
      input: z.strictObject({
        hours: z.int().min(1).max(720).default(24).describe('Runs ordered in so many hours are counted'),
      }),
      output: z.object({
        tasks: counts(taskStatuses),
        next_at: z.iso.datetime().optional().describe('When a task is due next'),
        occurrences: counts(occurrenceStatuses).describe('Of the last 24 hours'),
        runs: counts(runStatuses).describe('Of the last "hours"'),
        failed_share: z.number().describe('Of those that have ended, how many have failed or took too long'),
        questions: z.int(),
        is_idle: z.boolean().describe('True when nothing carries out pipelines'),
      }),
      hints: hints.reads,
      handle: async ({ hours }, viewer) => {
        const { tasks, occurrences, next_at: next, is_idle } = await wayIn.tasks.summary(viewer);
        const since = wayIn.clock.now() - hours * hourMs;
        const runs = is_idle ? new Map<RunStatus, number>() : await countRunsFor(wayIn, viewer, since);
        const questions = is_idle ? [] : await listQuestionsFor(wayIn, viewer);
        const count = (wanted: RunStatus): number => runs.get(wanted) ?? 0;
        const ended = runStatuses.filter(isEnded).reduce((sum, each) => sum + count(each), 0);
        return {
          tasks: { ...tasks },
          ...(next === undefined ? {} : { next_at: toInstant(next) }),
          occurrences: { ...occurrences },
          runs: countsOf(count),
          failed_share: ended === 0 ? 0 : (count('failed') + count('timed_out')) / ended,
          questions: questions.length,
          is_idle,
        };
      },
    }),
  );
}

function countsOf(count: (status: RunStatus) => number): { [name in (typeof runStatuses)[number]]: number } {
  return {
    queued: count('queued'),
    running: count('running'),
    waiting: count('waiting'),
    succeeded: count('succeeded'),
    failed: count('failed'),
    canceled: count('canceled'),
    timed_out: count('timed_out'),
  };
}
