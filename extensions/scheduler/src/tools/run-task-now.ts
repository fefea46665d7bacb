import { type TaskRunItem, taskRun } from '@signalbox/api';
import {
  type HandlerContext,
  isSignalboxError,
  type JsonObject,
  type JsonValue,
  parseWith,
  type RunDetail,
  runStatuses,
  SignalboxError,
  type Tool,
  type ToolOutput,
  tool,
  type Viewer,
} from '@signalbox/sdk';
import { z } from 'zod';
import { awaitRun } from '../runs/await-run.ts';
import { cancelRunFor } from '../runs/change-run.ts';
import { describeFailure } from '../runs/describe-failure.ts';
import { given } from '../wire/given.ts';
import { runLink } from '../wire/to-link.ts';
import { toTaskRunItem } from '../wire/to-occurrence-item.ts';
import type { WayIn } from '../wire/way-in.ts';
import { task } from './arguments.ts';
import { hints, withMembers } from './task-tool.ts';

const identity = { source: 'scheduler', originalName: 'run_task_now' };
const title = 'Run a task now';
const params: z.ZodType<JsonObject> = z.record(z.string(), z.json());
const output: z.ZodType<JsonValue> = z.json();
const input = z.strictObject({
  task,
  params: params.optional().describe('In place of the params of the task with the same names'),
  force: z
    .boolean()
    .default(false)
    .describe('Also when a run of it has not ended; only who may change the task'),
  dry_run: z.boolean().default(false),
});
const outcome = taskRun.extend({
  outcome: z.enum(runStatuses).optional().describe('How the run ended, where the call has waited for it'),
  output: output.optional(),
});

type Outcome = z.output<typeof outcome>;

const description =
  'Run a task now, whatever its schedule says; also one that is paused. Gives the id of the run: see how it goes with get_run; called as an MCP task, it ends with the run. With "params" the run has your rights instead of those of the task. "dry_run" says what would be done, and does nothing that has side effects.';

/** `run_task_now`: answers with the run, or, where the call is a task of the client, with its end. */
export function runTaskNowTool(wayIn: WayIn): Tool<z.output<typeof input>> {
  const handler = async (
    { task: id, params: others, force, dry_run: isDryRun }: z.output<typeof input>,
    context: HandlerContext,
  ): Promise<ToolOutput> => {
    const viewer = viewerOf(context);
    const options = given({ params: others, isForced: force, isDryRun });
    const ordered = toTaskRunItem(await wayIn.tasks.runNow(viewer, id, options));
    const isWaiting = ordered.run !== undefined && context.channels.task && mayRead(wayIn, viewer);
    return isWaiting ? untilEnd(wayIn, ordered, context) : toOutput(ordered);
  };
  const resume = async (handle: JsonObject, context: HandlerContext): Promise<ToolOutput> =>
    untilEnd(wayIn, await parseWith(taskRun, handle, 'what the call goes on with'), context);
  const annotations = { title, ...hints.runs };
  return tool(description, input, handler, { title, output: outcome, annotations, resume });
}

function viewerOf({ principal, interface: through }: HandlerContext): Viewer {
  return { principal, interface: through };
}

/** Who may run tasks and not read runs is not told how they end. */
function mayRead({ tasks }: WayIn, viewer: Viewer): boolean {
  try {
    tasks.requirePermission(viewer, 'tasks:read');
    return true;
  } catch (error) {
    if (isSignalboxError(error)) return false;
    throw error;
  }
}

async function untilEnd(wayIn: WayIn, ordered: TaskRunItem, context: HandlerContext): Promise<ToolOutput> {
  const { run = '' } = ordered;
  const viewer = viewerOf(context);
  const { channels, signal, caller, standAside } = context;
  const handle: JsonObject = given(ordered);
  const waiting = { viewer, channels, signal, caller, standAside, task: { identity, handle } };
  const leave = wayIn.waiting.enter(context.principal);
  try {
    const ended = await awaitRun(wayIn, { org: viewer.principal.org, run }, waiting, async () => {
      await cancelRunFor(wayIn, viewer, run, { reason: 'its call was canceled', isForced: false });
    });
    return toEnd(ordered, run, ended);
  } finally {
    leave();
  }
}

function toEnd(ordered: TaskRunItem, run: string, ended: RunDetail | undefined): ToolOutput {
  if (!ended)
    throw new SignalboxError(
      'timeout',
      `the run ${run} has not ended within the time of the call; it goes on`,
    );
  const { status, output: value } = ended;
  if (status === 'succeeded') return toOutput({ ...ordered, outcome: status, ...given({ output: value }) });
  const text = describeFailure(ended);
  if (status === 'canceled') throw new SignalboxError('cancelled', text);
  return withMembers([{ type: 'text', text }, runLink(run)], { isError: true });
}

function toOutput(structured: Outcome): ToolOutput {
  const { run } = structured;
  const link = run === undefined ? [] : [runLink(run)];
  return withMembers([{ type: 'text', text: JSON.stringify(structured) }, ...link], {
    structuredContent: given(structured),
  });
}
