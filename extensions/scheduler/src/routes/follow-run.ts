import type { RunFollowItem } from '@signalbox/api';
import { isEnded, type RunDetail, runChanged, type Viewer } from '@signalbox/sdk';
import { getRunFor } from '../runs/read-runs.ts';
import { toRunItem, toStepItem } from '../wire/to-run-item.ts';
import type { WayIn } from '../wire/way-in.ts';

/** Steps change without word, and runs of other nodes too: so often the store is looked at. */
const lookEveryMs = 1_000;
const aliveEveryMs = 15_000;

/** What a run has done, then what it does until it has ended, or its reader leaves. Errors: `not_found`, when it is gone. */
export async function* followRun(
  wayIn: WayIn,
  viewer: Viewer,
  first: RunDetail,
  signal: AbortSignal,
): AsyncGenerator<RunFollowItem> {
  const { clock, events } = wayIn;
  const shown = new Map<string, string>();
  // Made before the store is looked at, so that what changes meanwhile wakes the next look.
  let woken = Promise.withResolvers<void>();
  const wake = (): void => woken.resolve();
  const stopListening = events.on(runChanged, ({ run }) => {
    if (run === first.id) wake();
  });
  signal.addEventListener('abort', wake, { once: true });
  let saidAt = clock.now();
  try {
    let run = first;
    while (!signal.aborted) {
      const lines = newLines(run, shown);
      if (lines.length === 0 && clock.now() - saidAt >= aliveEveryMs) lines.push({ type: 'alive' });
      if (lines.length > 0) saidAt = clock.now();
      yield* lines;
      if (isEnded(run.status)) return;
      const cancelLook = clock.after(lookEveryMs, wake);
      if (!signal.aborted) await woken.promise;
      cancelLook();
      woken = Promise.withResolvers<void>();
      run = await getRunFor(wayIn, viewer, first.id);
    }
  } finally {
    stopListening();
    signal.removeEventListener('abort', wake);
  }
}

/** What is other than it was shown; steps before the run, so that the end of it comes last. */
function newLines(run: RunDetail, shown: Map<string, string>): RunFollowItem[] {
  const steps = run.steps.map((step): [string, string, RunFollowItem] => [
    `step ${step.path}`,
    `${step.status} ${step.attempt} ${step.finishedAt ?? ''}`,
    { type: 'step', step: toStepItem(step) },
  ]);
  const questions = run.questions.map(({ path }) => path).join(' ');
  const own: [string, string, RunFollowItem] = [
    'run',
    `${run.status} ${run.attempt} ${run.stopping?.as ?? ''} ${questions}`,
    { type: 'run', run: toRunItem(run) },
  ];
  const all = shown.size === 0 && !isEnded(run.status) ? [own, ...steps] : [...steps, own];
  return all.flatMap(([name, state, line]) => {
    if (shown.get(name) === state) return [];
    shown.set(name, state);
    return [line];
  });
}
