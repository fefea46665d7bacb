import { runDetail, runItem } from '@signalbox/api';
import { type ExtensionContext, runStatuses } from '@signalbox/sdk';
import { z } from 'zod';
import { getRunFor, listRunsFor } from '../runs/read-runs.ts';
import { given } from '../wire/given.ts';
import { toPage } from '../wire/page.ts';
import { runLink } from '../wire/to-link.ts';
import { toRunDetailItem, toRunItem } from '../wire/to-run-item.ts';
import type { WayIn } from '../wire/way-in.ts';
import { newestFirst, pageOf, run } from './arguments.ts';
import { hints, taskTool } from './task-tool.ts';

/** `list_runs` and `get_run`. */
export function provideReadRuns(tools: ExtensionContext<unknown>['tools'], wayIn: WayIn): void {
  tools.provide(
    'list_runs',
    taskTool({
      title: 'List runs',
      description:
        'List runs of tasks, newest first: why each began, how it stands, how it ended, what it asks. get_run has steps and output.',
      input: z.strictObject({
        task: z.string().min(1).max(64).optional().describe('Only the runs of this task'),
        status: z.array(z.enum(runStatuses)).min(1).max(7).optional().describe('Only those in one of these'),
        ...newestFirst,
      }),
      output: pageOf(runItem),
      hints: hints.reads,
      handle: async (selection, viewer) =>
        toPage(await listRunsFor(wayIn, viewer, given(selection)), selection.limit, toRunItem),
    }),
  );
  tools.provide(
    'get_run',
    taskTool({
      title: 'Show a run',
      description: 'Show a run with its steps, what each gave or why it failed, and what it asks.',
      input: z.strictObject({ run }),
      output: runDetail,
      hints: hints.reads,
      link: ({ id }) => runLink(id),
      handle: async ({ run: id }, viewer) => toRunDetailItem(await getRunFor(wayIn, viewer, id)),
    }),
  );
}
