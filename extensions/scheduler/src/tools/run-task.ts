import { taskRun } from '@signalbox/api';
import type { ExtensionContext } from '@signalbox/sdk';
import { z } from 'zod';
import { toInstant } from '../wire/to-instant.ts';
import { toTaskRunItem } from '../wire/to-occurrence-item.ts';
import type { WayIn } from '../wire/way-in.ts';
import { task } from './arguments.ts';
import { runTaskNowTool } from './run-task-now.ts';
import { hints, taskTool } from './task-tool.ts';

const instant = z.iso.datetime({ offset: true });

/** `run_task_now` and `backfill_task`. */
export function provideRunTask(tools: ExtensionContext<unknown>['tools'], wayIn: WayIn): void {
  const { tasks } = wayIn;
  tools.provide('run_task_now', runTaskNowTool(wayIn));
  tools.provide(
    'backfill_task',
    taskTool({
      title: 'Run a task for the past',
      description:
        'Run a task for the times it was due from one instant and before another, each once, at most 100 at a time, one after the other. Times that were filled before are left out. Only who may change the task.',
      input: z.strictObject({
        task,
        from: instant.describe('The first instant, such as "2026-03-01T00:00:00Z"'),
        to: instant.describe('Not this one any more; it has to have passed'),
      }),
      output: z.object({
        runs: z.array(taskRun),
        known: z.int().describe('Times that had been filled before'),
        next_from: z.iso
          .datetime()
          .optional()
          .describe('Where to go on when there were more than 100, or more than one search finds'),
      }),
      hints: hints.runsOnce,
      handle: async ({ task: id, from, to }, viewer) => {
        const range = { from: Date.parse(from), to: Date.parse(to) };
        const { runs, known, next_from: next } = await tasks.backfill(viewer, id, range);
        return {
          runs: runs.map(toTaskRunItem),
          known,
          ...(next === undefined ? {} : { next_from: toInstant(next) }),
        };
      },
    }),
  );
}
