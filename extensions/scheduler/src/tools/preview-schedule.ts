import { previewedTime, scheduleBody } from '@signalbox/api';
import { SignalboxError, type Tool } from '@signalbox/sdk';
import { z } from 'zod';
import { toPreviewedItem } from '../wire/to-occurrence-item.ts';
import type { WayIn } from '../wire/way-in.ts';
import { task } from './arguments.ts';
import { hints, taskTool } from './task-tool.ts';

const input = z.strictObject({
  task: task.optional(),
  schedule: scheduleBody.optional().describe('A schedule there is no task for yet'),
  count: z.int().min(1).max(100).default(5).describe('How many times'),
});

/** `preview_schedule`. */
export function previewScheduleTool({ tasks }: WayIn): Tool<z.output<typeof input>> {
  return taskTool({
    title: 'Preview a schedule',
    description:
      'The next times a task or a schedule is due, with what changes of clocks do to them. Give "task", or "schedule" such as {"schedule_kind": "cron", "schedule_expr": "30 8 * * mon-fri", "timezone": "Europe/Chisinau"}. Nothing is changed.',
    input,
    output: z.object({ items: z.array(previewedTime) }),
    hints: hints.reads,
    handle: async ({ task: id, schedule, count }, viewer) => {
      if ((id === undefined) === (schedule === undefined))
        throw new SignalboxError('invalid_params', 'say either "task" or "schedule"');
      const of = schedule === undefined ? { task: id ?? '' } : { schedule };
      return { items: (await tasks.preview(viewer, of, count)).map(toPreviewedItem) };
    },
  });
}
