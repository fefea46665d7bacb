import { simulateTasks, taskStore } from './support/simulate-tasks.ts';

const given = process.env['SIGNALBOX_SEED'];

/** What simulations of tasks came to. */
export interface TaskCount {
  readonly seeds: number;
  readonly tasks: number;
  readonly occurrences: number;
  readonly crashes: number;
  readonly problems: readonly string[];
}

/** Simulates seeds one after the other. */
export async function runTaskSeeds(seeds: readonly number[]): Promise<TaskCount> {
  const store = taskStore();
  let total: TaskCount = noTasks;
  for (const seed of seeds) {
    const { tasks, occurrences, crashes, violations } = await simulateTasks(seed, store);
    const problems = violations.length > 0 ? [`SIGNALBOX_SEED=${seed}: ${violations.join('; ')}`] : [];
    total = sumTasks(total, { seeds: 1, tasks, occurrences, crashes, problems });
  }
  return total;
}

/** None yet. */
export const noTasks: TaskCount = { seeds: 0, tasks: 0, occurrences: 0, crashes: 0, problems: [] };

/** Adds up. */
export function sumTasks(one: TaskCount, other: TaskCount): TaskCount {
  return {
    seeds: one.seeds + other.seeds,
    tasks: one.tasks + other.tasks,
    occurrences: one.occurrences + other.occurrences,
    crashes: one.crashes + other.crashes,
    problems: [...one.problems, ...other.problems],
  };
}

/** One line. */
export function describeTasks({ seeds, tasks, occurrences, crashes, problems }: TaskCount): string {
  return `simulation of tasks: ${seeds} seeds, ${tasks} tasks, ${occurrences} occurrences, ${crashes} crashes, ${problems.length} violations`;
}

/** Batches of seeds; with SIGNALBOX_SEED that seed alone. */
export function taskBatches(batches: number, size: number): readonly (readonly number[])[] {
  if (given !== undefined) return [[Number(given)]];
  return Array.from({ length: batches }, (_, batch) =>
    Array.from({ length: size }, (_each, index) => 1 + batch * size + index),
  );
}
