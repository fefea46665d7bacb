import { type ExtensionContext, type RunView, runStatuses } from '@signalbox/sdk';
import { z } from 'zod';
import { cancelRunFor, retryRunFor } from '../runs/change-run.ts';
import { given } from '../wire/given.ts';
import type { WayIn } from '../wire/way-in.ts';
import { run } from './arguments.ts';
import { hints, taskTool } from './task-tool.ts';

const runSummary = z.object({ id: z.string(), task_id: z.string().optional(), status: z.enum(runStatuses) });

/** `retry_run` and `cancel_run`. */
export function provideChangeRun(tools: ExtensionContext<unknown>['tools'], wayIn: WayIn): void {
  tools.provide(
    'retry_run',
    taskTool({
      title: 'Retry a run',
      description:
        'Go on with a run that failed, at the step that failed; steps that are done are not done again.',
      input: z.strictObject({ run }),
      output: runSummary,
      hints: hints.runs,
      handle: async ({ run: id }, viewer) => toRunSummary(await retryRunFor(wayIn, viewer, id)),
    }),
  );
  tools.provide(
    'cancel_run',
    taskTool({
      title: 'Cancel a run',
      description:
        'End a run: calls are stopped, steps undone that say how, and "finally" done, within a bound.',
      input: z.strictObject({
        run,
        reason: z.string().max(500).optional().describe('Shown with the run'),
        force: z.boolean().default(false).describe('End it at once, and tidy up nothing'),
      }),
      output: runSummary,
      hints: hints.ends,
      handle: async ({ run: id, reason, force }, viewer) =>
        toRunSummary(await cancelRunFor(wayIn, viewer, id, { reason, isForced: force })),
    }),
  );
}

function toRunSummary({ id, task, status }: RunView): z.output<typeof runSummary> {
  return { id, status, ...given({ task_id: task?.id }) };
}
