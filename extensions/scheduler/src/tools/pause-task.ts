import type { ExtensionContext } from '@signalbox/sdk';
import { z } from 'zod';
import type { WayIn } from '../wire/way-in.ts';
import { task } from './arguments.ts';
import { taskSummary, toTaskSummary } from './task-summary.ts';
import { hints, taskTool } from './task-tool.ts';

const reason = z.string().max(500).optional().describe('Shown with the task');

/** `pause_task`, `resume_task` and `cancel_task`. */
export function providePauseTask(tools: ExtensionContext<unknown>['tools'], { tasks }: WayIn): void {
  tools.provide(
    'pause_task',
    taskTool({
      title: 'Pause a task',
      description: 'Keep a task from being due until resume_task. Runs that have begun go on.',
      input: z.strictObject({ task, reason }),
      output: taskSummary,
      hints: hints.sets,
      handle: async ({ task: id, reason: why }, viewer) => toTaskSummary(await tasks.pause(viewer, id, why)),
    }),
  );
  tools.provide(
    'resume_task',
    taskTool({
      title: 'Resume a task',
      description:
        'Go on with a task that is paused, or invalid because a tool was gone. Times that passed in between are made up for as its "catchup" says, so that it may run at once.',
      input: z.strictObject({ task }),
      output: taskSummary,
      hints: hints.runsOnce,
      handle: async ({ task: id }, viewer) => toTaskSummary(await tasks.resume(viewer, id)),
    }),
  );
  tools.provide(
    'cancel_task',
    taskTool({
      title: 'Cancel a task',
      description:
        'End a task for good: it is never due again and cannot be resumed. Runs that have begun go on; end those with cancel_run.',
      input: z.strictObject({ task, reason }),
      output: taskSummary,
      hints: hints.ends,
      handle: async ({ task: id, reason: why }, viewer) => toTaskSummary(await tasks.cancel(viewer, id, why)),
    }),
  );
}
