import { taskChangeBody } from '@signalbox/api';
import type { Tool } from '@signalbox/sdk';
import { z } from 'zod';
import type { WayIn } from '../wire/way-in.ts';
import { task } from './arguments.ts';
import { taskSummary, toTaskSummary } from './task-summary.ts';
import { hints, taskTool } from './task-tool.ts';

const input = z.strictObject({
  task,
  changes: taskChangeBody.describe('The fields that become other; the others stay as they are'),
  version: z
    .int()
    .min(1)
    .optional()
    .describe('Change it only when this is its version, so that no change of somebody else is overwritten'),
});

/** `update_task`. */
export function updateTaskTool({ tasks }: WayIn): Tool<z.output<typeof input>> {
  return taskTool({
    title: 'Change a task',
    description:
      'Change fields of a task, such as {"task": "…", "changes": {"schedule_expr": "0 9 * * mon-fri"}}. When it is due next is found anew, and its runs have your rights from then on. Runs that have begun go on as they were.',
    input,
    output: taskSummary,
    hints: hints.overwrites,
    handle: async ({ task: id, changes, version }, viewer) =>
      toTaskSummary(await tasks.update(viewer, id, changes, version)),
  });
}
