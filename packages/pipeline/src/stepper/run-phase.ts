import type { PlanBlock } from '../plan/plan.ts';
import { blockOutput } from './block-output.ts';
import { roomToTidyUp } from './check-extent.ts';
import type { Machine } from './machine.ts';
import { openRoot } from './open-frame.ts';
import { openUndo } from './run-undo.ts';
import type { StepError } from './step-error.ts';
import { tidyUpTimers } from './tidy-up-timers.ts';
import { nothing } from './values.ts';

/** What was outermost has ended: the next phase begins. main, then (after a failure) compensate and on_failure, then finally. */
export function runPhase(machine: Machine): void {
  const { draft } = machine;
  const outcome = draft.ended;
  if (!outcome) return;
  delete draft.ended;
  switch (draft.phase) {
    case 'main':
      if (outcome.status === 'failed' && !isStopped(machine)) {
        draft.result = 'failed';
        draft.error = outcome.error;
        if (draft.run.attempt < draft.run.maxAttempts) return finish(machine, true);
      }
      if (draft.result !== undefined) return compensate(machine);
      draft.output = blockOutput(machine, machine.plan.main, []).output;
      machine.deleteRecord('$output');
      return tidyUp(machine);
    case 'compensate':
      return compensate(machine);
    case 'on_failure':
      if (outcome.status === 'failed')
        machine.emit({
          kind: 'Log',
          level: 'error',
          message: `"on_failure" failed: ${outcome.error.message}`,
        });
      return tidyUp(machine);
    case 'finally':
      if (outcome.status === 'failed') failFinally(machine, outcome.error);
      return finish(machine, false);
    case 'ended':
      return;
  }
}

/** Undoes what can be undone, the last first; then says that the run failed. */
export function compensate(machine: Machine): void {
  if (machine.draft.phase === 'main' && machine.draft.stopping)
    machine.emit({ kind: 'CancelTimer', timer: tidyUpTimers(machine).halt });
  machine.draft.phase = 'compensate';
  if (openUndo(machine)) return;
  const { onFailure } = machine.plan;
  if (machine.draft.result !== 'failed' || !onFailure) return tidyUp(machine);
  openPhase(machine, 'on_failure', onFailure);
}

function tidyUp(machine: Machine): void {
  if (machine.plan.finally) openPhase(machine, 'finally', machine.plan.finally);
  else finish(machine, false);
}

function openPhase(machine: Machine, phase: 'on_failure' | 'finally', block: PlanBlock): void {
  machine.draft.phase = phase;
  machine.draft.room = roomToTidyUp(machine.draft);
  openRoot(machine, block);
}

/** A run that was going to succeed fails; of any other it is told beside why it did not. */
function failFinally(machine: Machine, error: StepError): void {
  const { draft } = machine;
  if (draft.result === undefined) {
    draft.result = 'failed';
    draft.error = error;
    return;
  }
  const message = `"finally" failed: ${error.message}`;
  machine.emit({ kind: 'Log', level: 'error', message });
  if (isStopped(machine)) addToError(machine, message);
}

/** True when the run ends because it was told to. */
function isStopped({ draft }: Machine): boolean {
  return draft.result === 'canceled' || draft.result === 'timed_out';
}

/** Says more about why a run has not succeeded. */
export function addToError({ draft }: Machine, message: string): void {
  if (draft.error)
    draft.error = { ...draft.error, message: `${draft.error.message}; ${message}`.slice(0, 2_000) };
}

/** Ends the run as it has come to. */
export function finish(machine: Machine, isResumable: boolean): void {
  const { draft, plan } = machine;
  if (draft.stopping) machine.emit({ kind: 'CancelTimer', timer: tidyUpTimers(machine).end });
  if (plan.definition.budget?.seconds !== undefined)
    machine.emit({ kind: 'CancelTimer', timer: budgetTimer(machine) });
  draft.phase = 'ended';
  draft.status = draft.result ?? 'succeeded';
  const output = draft.status === 'succeeded' ? (draft.output ?? nothing) : nothing;
  delete draft.output;
  delete draft.room;
  machine.emit({
    kind: 'Finish',
    status: draft.status,
    output,
    ...(draft.error && { error: draft.error }),
    isResumable,
  });
}

/** Name of the timer that ends a run by its budget. */
export function budgetTimer({ draft }: Machine): string {
  return `run#budget.${draft.run.attempt}`;
}
