import { occurrenceItem, taskItem } from '@signalbox/api';
import { type ExtensionContext, scheduleKinds, taskStatuses } from '@signalbox/sdk';
import { z } from 'zod';
import { given } from '../wire/given.ts';
import { toPage } from '../wire/page.ts';
import { toOccurrenceItem } from '../wire/to-occurrence-item.ts';
import { toTaskItem } from '../wire/to-task-item.ts';
import type { WayIn } from '../wire/way-in.ts';
import { newestFirst, pageOf, task } from './arguments.ts';
import { taskSummary, toTaskSummary } from './task-summary.ts';
import { hints, taskTool } from './task-tool.ts';

const shownOccurrences = 10;

/** `list_tasks` and `get_task`. */
export function provideReadTasks(tools: ExtensionContext<unknown>['tools'], { tasks }: WayIn): void {
  tools.provide(
    'list_tasks',
    taskTool({
      title: 'List tasks',
      description:
        'List the tasks of your organization, newest first, with when each is due next. get_task has the pipeline of one.',
      input: z.strictObject({
        status: z.array(z.enum(taskStatuses)).min(1).max(5).optional().describe('Only those in one of these'),
        schedule_kind: z.enum(scheduleKinds).optional(),
        created_by: z.string().min(1).max(200).optional().describe('Id of who made them'),
        ...newestFirst,
      }),
      output: pageOf(taskSummary),
      hints: hints.reads,
      handle: async (selection, viewer) =>
        toPage(await tasks.list(viewer, given(selection)), selection.limit, toTaskSummary),
    }),
  );
  tools.provide(
    'get_task',
    taskTool({
      title: 'Show a task',
      description: `Show a task with its pipeline, and what became of the last ${shownOccurrences} times it was due.`,
      input: z.strictObject({ task }),
      output: z.object({
        task: taskItem,
        occurrences: z.array(occurrenceItem).describe('Newest first'),
      }),
      hints: hints.reads,
      handle: async ({ task: id }, viewer) => {
        const found = await tasks.get(viewer, id);
        const occurrences = await tasks.occurrences(viewer, id, { limit: shownOccurrences });
        return { task: toTaskItem(found), occurrences: occurrences.map(toOccurrenceItem) };
      },
    }),
  );
}
