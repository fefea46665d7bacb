import { snoozeInput, type Tool } from '@signalbox/sdk';
import { z } from 'zod';
import type { WayIn } from '../wire/way-in.ts';
import { task } from './arguments.ts';
import { taskSummary, toTaskSummary } from './task-summary.ts';
import { hints, taskTool } from './task-tool.ts';

const input = z.strictObject({ task, ...snoozeInput.shape });

/** `snooze_task`. */
export function snoozeTaskTool({ tasks }: WayIn): Tool<z.output<typeof input>> {
  return taskTool({
    title: 'Snooze a task',
    description:
      'Let the next time of a task come later, once: by "delay_seconds" (1 second to 7 days), or not before "until". Give one of the two. The times after it stay as they are; snoozing again does not add up.',
    input,
    output: taskSummary,
    hints: hints.sets,
    handle: async ({ task: id, ...snooze }, viewer) => toTaskSummary(await tasks.snooze(viewer, id, snooze)),
  });
}
