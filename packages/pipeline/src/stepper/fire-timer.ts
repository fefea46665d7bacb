import { abortRun } from './abort-run.ts';
import { again } from './call-events.ts';
import { cutShort } from './cut-short.ts';
import { fail, succeed } from './end-step.ts';
import type { StepFrame } from './frame.ts';
import { giveUpCalls } from './give-up-calls.ts';
import type { Machine } from './machine.ts';
import { expireApprove } from './run-approve.ts';
import { budgetTimer } from './run-phase.ts';
import { again as undoAgain } from './run-undo.ts';
import { tidyUpTimers } from './tidy-up-timers.ts';
import { nothing } from './values.ts';

/** A timer is due: something slept enough, is tried again, or has taken too long. */
export function fireTimer(machine: Machine, timer: string): boolean {
  if (timer === budgetTimer(machine)) return spendTime(machine);
  const { halt, end } = tidyUpTimers(machine);
  if (timer === halt) return giveUpCalls(machine);
  if (timer === end) return cutShort(machine);
  const frame = machine.frame(timer.slice(0, timer.lastIndexOf('#')));
  if (!frame || frame.kind === 'block' || frame.timer !== timer) return false;
  // Undoing is never told to end; states of before may say so, and would wait for ever.
  if (frame.kind === 'undo') undoAgain(machine, frame);
  else if (frame.ending) return false;
  else if (frame.phase === 'retry') again(machine, frame);
  else if (frame.phase === 'busy') endBusy(machine, frame);
  else return false;
  return true;
}

function spendTime(machine: Machine): boolean {
  const { phase, result } = machine.draft;
  if (phase !== 'main' || result !== undefined) return false;
  abortRun(machine, { kind: 'budget', message: 'the seconds of the budget are used up' });
  return true;
}

function endBusy(machine: Machine, { timer: _timer, ...frame }: StepFrame): void {
  const { action, timeoutMs = 0 } = machine.stepOf(frame);
  switch (action.kind) {
    case 'sleep':
    case 'sleep_until':
      return succeed(machine, frame, nothing);
    case 'wait':
      machine.emit({ kind: 'CancelWait', path: frame.key });
      return fail(machine, frame, { kind: 'timeout', message: 'no event came in time' });
    case 'approve':
      return expireApprove(machine, frame, action);
    default:
      machine.put({
        ...frame,
        ending: {
          status: 'failed',
          error: { kind: 'timeout', message: `not done after ${timeoutMs / 1_000} s`, path: frame.key },
        },
      });
      machine.wake(frame.key);
  }
}
