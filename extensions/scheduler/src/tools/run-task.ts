import { taskRun } from '@signalbox/api';
import type { ExtensionContext, JsonObject } from '@signalbox/sdk';
import { z } from 'zod';
import { given } from '../wire/given.ts';
import { toInstant } from '../wire/to-instant.ts';
import { toTaskRunItem } from '../wire/to-occurrence-item.ts';
import type { WayIn } from '../wire/way-in.ts';
import { task } from './arguments.ts';
import { hints, taskTool } from './task-tool.ts';

const params: z.ZodType<JsonObject> = z.record(z.string(), z.json());
const instant = z.iso.datetime({ offset: true });

/** `run_task_now` and `backfill_task`. */
export function provideRunTask(tools: ExtensionContext<unknown>['tools'], { tasks }: WayIn): void {
  tools.provide(
    'run_task_now',
    taskTool({
      title: 'Run a task now',
      description:
        'Run a task now, whatever its schedule says; also one that is paused. Gives the id of the run: see how it goes with get_run. With "params" the run has your rights instead of those of the task. "dry_run" says what would be done, and does nothing that has side effects.',
      input: z.strictObject({
        task,
        params: params.optional().describe('In place of the params of the task with the same names'),
        force: z
          .boolean()
          .default(false)
          .describe('Also when a run of it has not ended; only who may change the task'),
        dry_run: z.boolean().default(false),
      }),
      output: taskRun,
      hints: hints.runs,
      handle: async ({ task: id, params: others, force, dry_run: isDryRun }, viewer) =>
        toTaskRunItem(await tasks.runNow(viewer, id, given({ params: others, isForced: force, isDryRun }))),
    }),
  );
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
        next_from: z.iso.datetime().optional().describe('Where to go on when there were more than 100'),
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
