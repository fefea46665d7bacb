import type { ActionOf } from '../plan/plan.ts';
import { questionOf, withTimer } from './cancel-frame.ts';
import { fail, noteStep, succeed, succeedUnknown } from './end-step.ts';
import { evaluate, unknown } from './evaluate.ts';
import { findMisfit } from './find-misfit.ts';
import type { StepFrame } from './frame.ts';
import type { Machine } from './machine.ts';
import { placeOf } from './place-of.ts';
import type { ApprovalAnswered } from './stepper-event.ts';

/** Asks people. */
export function beginApprove(machine: Machine, frame: StepFrame, action: ActionOf<'approve'>): void {
  const message = evaluate(machine, action.message, placeOf(machine, frame));
  if (message === unknown || machine.draft.dryRun) {
    const args = message === unknown ? action.message.source : message;
    const target = action.assignees.join(', ') || 'anybody';
    machine.emit({ kind: 'Planned', path: frame.key, action: 'approve', target, args });
    return succeedUnknown(machine, frame);
  }
  const expiresAtMs = action.timeoutMs === undefined ? undefined : machine.nowMs + action.timeoutMs;
  noteStep(machine, frame, 'waiting');
  machine.emit({
    kind: 'AskApproval',
    path: frame.key,
    question: questionOf(frame),
    reason: 'approve',
    message: typeof message === 'string' ? message : JSON.stringify(message),
    ...(action.schema && { schema: action.schema }),
    assignees: action.assignees,
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  });
  const asking: StepFrame = { ...frame, phase: 'busy' };
  machine.put(
    expiresAtMs === undefined
      ? asking
      : withTimer(machine, asking, { purpose: 'timeout', dueAtMs: expiresAtMs }),
  );
}

/** Takes an answer; false when it does not fit, so that the question stays. */
export function answerApprove(
  machine: Machine,
  frame: StepFrame,
  { decision, value = null, by }: ApprovalAnswered,
): boolean {
  const { action } = machine.stepOf(frame);
  if (action.kind !== 'approve') return false;
  const problem = decision === 'approved' ? findMisfit(action.check, value) : undefined;
  if (problem !== undefined) {
    machine.emit({
      kind: 'Log',
      level: 'warn',
      message: 'an answer does not fit its schema; asked still',
      path: frame.key,
    });
    return false;
  }
  machine.emit({ kind: 'CancelWait', path: frame.key });
  if (decision === 'approved') succeed(machine, frame, { json: { decision, value, by } });
  else fail(machine, frame, { kind: 'denied', message: `${by} said no` });
  return true;
}

/** Nobody has answered in time. */
export function expireApprove(machine: Machine, frame: StepFrame, { onTimeout }: ActionOf<'approve'>): void {
  machine.emit({ kind: 'CancelWait', path: frame.key });
  if (onTimeout === 'approve')
    return succeed(machine, frame, { json: { decision: 'approved', value: null, by: null } });
  if (onTimeout === 'reject')
    return fail(machine, frame, { kind: 'denied', message: 'nobody answered in time, which means no' });
  fail(machine, frame, { kind: 'timeout', message: 'nobody answered in time' });
}
