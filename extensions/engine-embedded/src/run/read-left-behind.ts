import type { CallTool, Command, StartChild } from '@signalbox/pipeline';
import type { EngineTables, TimerRow } from '@signalbox/runs';
import { isJsonObject, type TaskToResume } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { neverBegun } from './unmade-calls.ts';

/** A call that was under way. */
export interface LeftCall {
  readonly command: CallTool;
  readonly upstreamTask: TaskToResume | undefined;
  /** It waited for its approval, or for the next start of the hub, so that it is known not to have been made. */
  readonly isUnmade: boolean;
}

/** What was under way when a run was left, as the store knows it. */
export interface LeftBehind {
  /** Calls that were about to be made or were: nobody knows how they ended. */
  readonly calls: readonly LeftCall[];
  readonly children: readonly { readonly command: StartChild; readonly intentAt: number }[];
  readonly timers: readonly TimerRow[];
  /** What the stepper asked for that stands in no table of its own. */
  readonly pending: readonly Command[];
}

/** Reads what a run has left behind. Errors: those of the store. */
export async function readLeftBehind(
  database: Database,
  run: string,
  pending: string | null,
): Promise<LeftBehind> {
  const queries = database.queries<EngineTables>();
  const [calls, timers] = await Promise.all([
    queries
      .selectFrom('engine_calls')
      .selectAll()
      .where('run_id', '=', run)
      .where('status', '=', 'intent')
      .execute(),
    queries.selectFrom('engine_timers').selectAll().where('run_id', '=', run).execute(),
  ]);
  const commands = calls.flatMap(({ command, upstream_task, approval, begun_at, intent_at }) => {
    if (command === null) return [];
    // Only command-writes.ts, unmade-calls.ts and command-runner.ts write these columns.
    const isUnmade = approval !== null || begun_at === neverBegun;
    const call = { upstreamTask: readTask(upstream_task), isUnmade };
    return [{ command: JSON.parse(command) as Command, ...call, intent_at }];
  });
  return {
    calls: commands.flatMap(({ command, upstreamTask, isUnmade }) =>
      command.kind === 'CallTool' ? [{ command, upstreamTask, isUnmade }] : [],
    ),
    children: commands.flatMap(({ command, intent_at }) =>
      command.kind === 'StartChild' ? [{ command, intentAt: intent_at }] : [],
    ),
    timers,
    pending: pending === null ? [] : (JSON.parse(pending) as readonly Command[]),
  };
}

function readTask(text: string | null): TaskToResume | undefined {
  if (text === null) return undefined;
  const value: unknown = JSON.parse(text);
  return isJsonObject(value) ? (value as unknown as TaskToResume) : undefined;
}
