import type { History, Witnessed } from './history.ts';

/** What the judge found; all zero but the first three when every promise was kept. */
export interface Verdict {
  readonly occurrences: number;
  readonly runs: number;
  readonly calls: number;
  /** Times a task was due of which nothing is written down. */
  readonly lost: number;
  /** Times a task was due that made more than one run. */
  readonly firedTwice: number;
  /** Runs that have not ended although nothing was killed any more. */
  readonly unended: number;
  /** Calls made again that had ended, or that may not be repeated. */
  readonly reruns: number;
  /** Calls the counter saw that no step has a result of, and that are not told as in doubt. */
  readonly unreported: number;
  /** Calls the engine believes were made, and the counter has not seen. */
  readonly invented: number;
  readonly problems: readonly string[];
}

/** Tools that may be called again when nobody knows how their call ended. */
const repeatable = new Set(['read_it']);

/** Compares what the store says with what the counter saw. Pure. */
export function judge(told: History, seen: readonly Witnessed[]): Verdict {
  const problems: string[] = [];
  const count = (found: readonly string[]): number => {
    problems.push(...found);
    return found.length;
  };
  return {
    occurrences: told.occurrences.reduce((sum, each) => sum + each.count, 0),
    runs: told.runs.length,
    calls: seen.length,
    lost: count(findLost(told)),
    firedTwice: count(findFiredTwice(told)),
    unended: count(
      told.runs
        .filter(({ status }) => !['succeeded', 'failed', 'canceled', 'timed_out'].includes(status))
        .map(({ id, status }) => `run ${id} is still ${status}`),
    ),
    reruns: count(findReruns(told, seen)),
    unreported: count(findUnreported(told, seen)),
    invented: count(findInvented(told, seen)),
    problems,
  };
}

/** Every nominal time up to a moment before the end has an occurrence, or lies in a range of them. */
function findLost({ tasks, occurrences, now }: History): string[] {
  const lost: string[] = [];
  for (const { id, everyMs, from } of tasks) {
    const own = occurrences.filter(({ task }) => task === id);
    const single = new Set(own.map(({ nominalAt }) => nominalAt));
    for (let at = from; at < now - 5_000; at += everyMs) {
      if (single.has(at)) continue;
      if (!own.some(({ nominalAt, throughAt }) => nominalAt <= at && at <= throughAt))
        lost.push(`task ${id} was due at ${new Date(at).toISOString()}, and nothing is written down`);
    }
  }
  return lost;
}

function findFiredTwice({ runs, occurrences }: History): string[] {
  const times = runs.map(({ task, scheduledAt }) => `${task} at ${new Date(scheduledAt).toISOString()}`);
  const ofRuns = repeated(times).map((time) => `two runs of task ${time}`);
  const named = repeated(occurrences.flatMap(({ run }) => run ?? []));
  return [...ofRuns, ...named.map((run) => `run ${run} belongs to two occurrences`)];
}

/** One call for each attempt the engine made; of a tool that may not be repeated, one at all. */
function findReruns({ calls }: History, seen: readonly Witnessed[]): string[] {
  const attempts = countBy(calls.map(({ run, path }) => `${run} ${path}`));
  const tools = new Map(seen.map(({ run, step, tool }) => [`${run} ${step}`, tool]));
  return [...countBy(seen.map(({ run, step }) => `${run} ${step}`))].flatMap(([key, times]) => {
    const allowed = repeatable.has(tools.get(key) ?? '') ? (attempts.get(key) ?? 0) : 1;
    return times > allowed ? [`step ${key} was called ${times} times, allowed were ${allowed}`] : [];
  });
}

/** A call that was made has ended for the engine, or is told as in doubt. */
function findUnreported({ calls }: History, seen: readonly Witnessed[]): string[] {
  const known = new Map(calls.map(({ run, path, status }) => [`${run} ${path}`, status]));
  return seen.flatMap(({ run, step }) => {
    const status = known.get(`${run} ${step}`);
    return status === 'done' || status === 'failed' || status === 'in_doubt'
      ? []
      : [`step ${step} of run ${run} was called, and is ${status ?? 'not known'}`];
  });
}

function findInvented({ calls }: History, seen: readonly Witnessed[]): string[] {
  const made = new Set(seen.map(({ run, step }) => `${run} ${step}`));
  return calls
    .filter(({ status }) => status === 'done')
    .filter(({ run, path }) => !made.has(`${run} ${path}`))
    .map(({ run, path }) => `step ${path} of run ${run} is done, and was never called`);
}

function countBy(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function repeated(texts: readonly string[]): string[] {
  return [...countBy(texts)].flatMap(([text, times]) => (times > 1 ? [text] : []));
}
