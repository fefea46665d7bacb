import { compileSchedule, type Schedule, scheduleDefinition } from '@signalbox/schedule';
import { type JsonObject, taskInput } from '@signalbox/sdk';
import type { SimulatedStore } from '../../../../engine-embedded/test/simulation/support/simulated-store.ts';
import type { TaskSurroundings } from './task-node.ts';

type Row = Readonly<Record<string, unknown>>;

/** So soon somebody has looked at what is due. */
export const lookedAtWithinMs = 2_000;

/** What does not hold of tasks once all is quiet; empty when all is well. */
export function judgeTasks(around: TaskSurroundings): readonly string[] {
  const { store, world, scenario } = around;
  const tasks = store.rows(
    `select task.*, version.definition from scheduler_tasks task
     join scheduler_task_versions version on version.org = task.org and version.task = task.id and version.version = task.version`,
  );
  return [
    ...store.rows('select note from simulation_notes').map(({ note }) => String(note)),
    ...world.notes,
    ...orphans(store),
    ...tasks.flatMap((task) => wrongTimes(around, task)),
    ...(scenario.jumps ? [] : tasks.flatMap((task) => besideEachOther(store, task))),
  ];
}

/** Every time that was fired has its run, for that time, and every run of a schedule its time. */
function orphans(store: SimulatedStore): readonly string[] {
  const runless = store.rows(
    `select id from scheduler_occurrences o where status = 'fired'
       and not exists (select 1 from engine_runs r where r.id = o.run and r.scheduled_at = o.nominal_at and r.task_id = o.task)`,
  );
  const timeless = store.rows(
    `select id from engine_runs r where (select count(*) from scheduler_occurrences o where o.run = r.id and o.status = 'fired') <> 1`,
  );
  const twice = store.rows(
    'select task_id, scheduled_at from engine_runs group by task_id, scheduled_at having count(*) > 1',
  );
  const counted = store.rows(
    `select id from scheduler_tasks t where run_count <>
       (select count(*) from scheduler_occurrences o where o.task = t.id and o.status = 'fired')`,
  );
  return [
    ...runless.map(({ id }) => `occurrence ${String(id)} was fired and has no run`),
    ...timeless.map(({ id }) => `run ${String(id)} has no occurrence, or several`),
    ...twice.map(
      ({ task_id, scheduled_at }) => `${String(task_id)} was fired twice for ${String(scheduled_at)}`,
    ),
    ...counted.map(({ id }) => `task ${String(id)} has not counted its runs right`),
  ];
}

/** Each time there was, found anew from the definition, is in one row with what became of it, and no row has another. */
function wrongTimes({ store, clock, scenario }: TaskSurroundings, task: Row): readonly string[] {
  const id = String(task['id']);
  const definition = taskInput.parse(JSON.parse(String(task['definition'])));
  const schedule = scheduleOf(definition, id);
  const nowMs = clock.now();
  // A single time that had passed when the task was made is told of, too.
  const from = definition.schedule_kind === 'once' ? 0 : Number(task['created_at']);
  const rows = store.rows(
    "select * from scheduler_occurrences where task = ? and kind = 'schedule' order by nominal_at",
    id,
  );
  const told = (text: string): string => `task ${id} (${definition.schedule_expr}): ${text}`;
  const last = rows.reduce((most, row) => Math.max(most, Number(row['through_at'])), 0);
  const isOver = task['status'] === 'completed';
  // Nodes whose clocks are ahead may have fired what is still to come.
  const end = isOver ? last + 1 : Number(task['next_nominal'] ?? nowMs);
  const due = schedule.between(from, end, 10_000).map(({ nominalAtMs }) => nominalAtMs);
  const problems: string[] = [];
  const seen: number[] = [];
  for (const row of rows) {
    const [start, through] = [Number(row['nominal_at']), Number(row['through_at'])];
    const times = due.filter((at) => at >= start && at <= through);
    seen.push(...times);
    if (row['is_more'] === 0 && times.length !== row['times'])
      problems.push(
        told(`${times.length} times from ${start} to ${through} are said to be ${String(row['times'])}`),
      );
    if (row['status'] !== 'fired' && !row['reason'])
      problems.push(told(`${start} was not fired, and nobody says why`));
    if (!scenario.jumps)
      problems.push(...unjust(row, { definition, schedule, onTimeMs: scenario.onTimeMs }).map(told));
  }
  seen.sort((one, other) => one - other);
  const lost = due.filter((at) => !seen.includes(at));
  const twice = seen.filter((at, place) => seen[place - 1] === at);
  if (lost.length > 0)
    problems.push(told(`nothing has become of ${lost.slice(0, 3).join(', ')} (of ${lost.length})`));
  if (twice.length > 0) problems.push(told(`${twice.slice(0, 3).join(', ')} were decided twice`));
  const dueAt = Number(task['next_at'] ?? Infinity);
  if (task['status'] === 'active' && dueAt <= nowMs - lookedAtWithinMs)
    problems.push(told(`was due at ${dueAt} and nobody has looked`));
  if (isOver && task['run_count'] !== definition.max_runs && schedule.next(last) !== undefined)
    problems.push(told('is completed, and there are more times'));
  if (!['active', 'completed', 'paused'].includes(String(task['status'])))
    problems.push(told(`is ${String(task['status'])}: ${String(task['status_reason'])}`));
  return problems;
}

/** Clocks of nodes differ by so much, and answers of the store take as long as this. */
const slackMs = 10_000;

/** A time counts as missed only when it was too late, and is fired late only as far as its task makes up for. */
function unjust(
  row: Row,
  {
    definition,
    schedule,
    onTimeMs,
  }: { definition: ReturnType<typeof taskInput.parse>; schedule: Schedule; onTimeMs: number },
): readonly string[] {
  const at = Number(row['nominal_at']);
  const decidedAt = Number(row['decided_at']);
  const fireAt = schedule.next(at - 1)?.fireAtMs ?? at;
  if (decidedAt < fireAt - slackMs && row['status'] === 'fired')
    return [`${at} was fired ${fireAt - decidedAt} ms early`];
  if (row['status'] === 'missed' && row['times'] === 1 && decidedAt - fireAt < onTimeMs - slackMs)
    return [`${at} was on time, and is said to be missed: ${String(row['reason'])}`];
  const isLate = decidedAt - fireAt > Math.max(onTimeMs, definition.catchup_window_seconds * 1_000) + slackMs;
  const isSnoozed = String(row['reason']).includes('made up for') || row['reason'] === null;
  if (row['status'] === 'fired' && isLate && !isSnoozed) return [`${at} was fired although it was too old`];
  return [];
}

/** Where the task says that runs do not overlap, none began before the one before had ended. */
function besideEachOther(store: SimulatedStore, task: Row): readonly string[] {
  const { overlap } = taskInput.parse(JSON.parse(String(task['definition'])));
  if (overlap === 'allow') return [];
  const runs = store.rows(
    'select id, started_at, finished_at from engine_runs where task_id = ? and started_at is not null order by id',
    String(task['id']),
  );
  return runs.flatMap((run, place) => {
    const before = runs[place - 1];
    if (!before || Number(run['started_at']) >= Number(before['finished_at'] ?? Infinity) - 1_000) return [];
    return [
      `runs ${String(before['id'])} and ${String(run['id'])} of ${String(task['id'])} overlap (${overlap})`,
    ];
  });
}

function scheduleOf(input: ReturnType<typeof taskInput.parse>, seed: string): Schedule {
  const { schedule_kind: kind, schedule_expr: text, timezone, dtstart, jitter_seconds, dst } = input;
  const common: JsonObject = JSON.parse(JSON.stringify({ timezone, jitter_seconds, dst }));
  const own: { readonly [kind: string]: JsonObject } = {
    cron: { kind: 'cron', expression: text ?? '' },
    rrule: { kind: 'rrule', rule: text ?? '', dtstart: dtstart ?? '' },
    interval: { kind: 'interval', every: text ?? '', anchor: dtstart ?? '' },
    once: { kind: 'once', at: text ?? '' },
  };
  return compileSchedule(scheduleDefinition.parse({ ...own[kind], ...common }), {
    seed,
    timeZoneDataVersion: '2026a',
  });
}
