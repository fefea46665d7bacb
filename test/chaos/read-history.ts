import type { Database } from '@signalbox/store';
import type { History } from './history.ts';

interface Tables {
  readonly scheduler_occurrences: {
    task: string;
    nominal_at: number;
    through_at: number;
    times: number;
    status: string;
    run: string | null;
  };
  readonly engine_runs: { id: string; task_id: string | null; scheduled_at: number; status: string };
  readonly engine_calls: { run_id: string; path: string; attempt: number; tool: string; status: string };
}

/** Reads what happened from the tables themselves, so that the judge need not believe any view of them. */
export async function readHistory(
  database: Database,
  tasks: History['tasks'],
  now: number,
): Promise<History> {
  const queries = database.queries<Tables>();
  const occurrences = await queries
    .selectFrom('scheduler_occurrences')
    .select(['task', 'nominal_at', 'through_at', 'times', 'status', 'run'])
    .execute();
  const runs = await queries
    .selectFrom('engine_runs')
    .select(['id', 'task_id', 'scheduled_at', 'status'])
    .execute();
  const calls = await queries
    .selectFrom('engine_calls')
    .select(['run_id', 'path', 'attempt', 'tool', 'status'])
    .execute();
  return {
    tasks,
    now,
    occurrences: occurrences.map((row) => ({
      task: row.task,
      nominalAt: row.nominal_at,
      throughAt: row.through_at,
      count: row.times,
      status: row.status,
      run: row.run,
    })),
    runs: runs.map((row) => ({
      id: row.id,
      task: row.task_id,
      scheduledAt: row.scheduled_at,
      status: row.status,
    })),
    calls: calls.map(({ run_id, ...row }) => ({ run: run_id, ...row })),
  };
}
