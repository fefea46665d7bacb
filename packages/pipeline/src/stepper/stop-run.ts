import { abortRun } from './abort-run.ts';
import type { Machine } from './machine.ts';
import type { StepError } from './step-error.ts';
import type { CancelRequested } from './stepper-event.ts';
import { tidyUpTimers } from './tidy-up-timers.ts';

/** The share of the time for tidying up in which calls and other runs have to stop; what is left of it is there for `compensate` and `finally`. */
const haltShare = 2 / 3;

/**
 * Lets a run end that was told to. Whatever was under way is told to stop; what was done is undone and `finally` runs, within a bound. Of a run
 * whose steps have ended already only the rest is bounded. False when that changes nothing.
 */
export function stopRun(machine: Machine, { reason, isTimeUp }: CancelRequested): boolean {
  const { draft } = machine;
  const as = isTimeUp ? 'timed_out' : 'canceled';
  const error: StepError = { kind: isTimeUp ? 'timeout' : 'canceled', message: reason.slice(0, 2_000) };
  const isUnderWay = draft.phase === 'main' && draft.result === undefined;
  if (isUnderWay) abortRun(machine, error, as);
  return boundTidyingUp(machine, as, error) || isUnderWay;
}

function boundTidyingUp(machine: Machine, as: 'canceled' | 'timed_out', error: StepError): boolean {
  const { draft, nowMs } = machine;
  const { tidyUpMs, depth } = draft.run;
  if (tidyUpMs === undefined || draft.stopping) return false;
  const timeMs = tidyUpMs / 2 ** depth;
  const untilMs = nowMs + timeMs;
  draft.stopping = { as, reason: error.message, untilMs };
  machine.emit({ kind: 'Stop', as, error: draft.error ?? error, untilMs });
  const { halt, end } = tidyUpTimers(machine);
  if (draft.phase === 'main')
    machine.emit({
      kind: 'StartTimer',
      timer: halt,
      dueAtMs: nowMs + timeMs * haltShare,
      purpose: 'tidy-up',
    });
  machine.emit({ kind: 'StartTimer', timer: end, dueAtMs: untilMs, purpose: 'tidy-up' });
  return true;
}
