import { limits } from '../definition/limits.ts';
import { abortRun } from './abort-run.ts';
import { isCalling, questionOf, withTimer } from './cancel-frame.ts';
import { callsOf, fail, leaveCanceled, noteStep, recordEnd, succeed } from './end-step.ts';
import type { StepFrame, UndoFrame } from './frame.ts';
import type { Machine } from './machine.ts';
import { retryDelay } from './retry-delay.ts';
import { doubtUndo, endUndo, failUndo } from './run-undo.ts';
import type { StepError } from './step-error.ts';
import type { ApprovalAnswered, ChildDone, InDoubt, ToolDone, ToolFailed } from './stepper-event.ts';

/** A call gave a result. */
export function endCall(machine: Machine, event: ToolDone): boolean {
  const frame = calling(machine, event);
  if (!frame) return false;
  countUsage(machine, event);
  if (!event.isKept) machine.draft.hasCalled = true;
  if (frame.kind === 'undo') endUndo(machine, frame);
  else succeed(machine, { ...frame, ...(event.isKept && { isUncalled: true }) }, event.output);
  checkUsage(machine);
  return true;
}

/** A call failed: again after a while, or the step fails. */
export function failCall(machine: Machine, event: ToolFailed): boolean {
  const frame = calling(machine, event);
  if (!frame) return false;
  countUsage(machine, event);
  if (event.hasCalled ?? event.error.kind === 'tool_error') machine.draft.hasCalled = true;
  if (frame.kind === 'undo') failUndo(machine, frame, event);
  else if (event.error.kind === 'budget') exceed(machine, frame, event.error);
  else retryOrFail(machine, frame, event);
  checkUsage(machine);
  return true;
}

/**
 * A budget outside the definition (organization, day) is used up, so that the call was not made, or the other run has ended for it: the run fails
 * as with its own `budget`. What undoes is not refused; a step that tidies up fails.
 */
function exceed(machine: Machine, frame: StepFrame, { kind, message }: StepError): void {
  const error = { kind, message: message.slice(0, 2_000), path: frame.key };
  if (frame.ending) return leaveCanceled(machine, frame);
  if (machine.draft.phase !== 'main') return fail(machine, frame, { ...error, isOutside: true });
  recordEnd(machine, frame, { status: 'failed', error });
  // Not as one that failed, of which an `on_error` around would hear.
  machine.leave(frame, { status: 'canceled' });
  abortRun(machine, { ...error, isOutside: true });
}

/** Nobody knows how a call ended. */
export function doubtCall(machine: Machine, event: InDoubt): boolean {
  const frame = calling(machine, event);
  if (!frame) return false;
  machine.draft.hasCalled = true;
  if (frame.kind === 'undo') doubtUndo(machine, frame, event);
  else doubtStep(machine, frame, event);
  return true;
}

/** Another run ended. */
export function endChild(machine: Machine, event: ChildDone): boolean {
  const frame = calling(machine, event);
  if (frame?.kind !== 'step') return false;
  const { result } = event;
  if (result.hasCalled) machine.draft.hasCalled = true;
  if (result.status === 'succeeded')
    succeed(machine, { ...frame, ...(!result.hasCalled && { isUncalled: true }) }, result.output);
  else if (result.error.kind === 'budget') exceed(machine, frame, result.error);
  else retryOrFail(machine, frame, { error: result.error });
  return true;
}

/** A person said what to make of a call in doubt. */
export function answerCall(machine: Machine, frame: StepFrame, { decision, by }: ApprovalAnswered): boolean {
  machine.emit({ kind: 'CancelWait', path: frame.key });
  if (decision === 'approved') again(machine, frame);
  else
    fail(machine, frame, {
      kind: 'in_doubt',
      message: `the end of the call is not known; ${by} let it fail`,
    });
  return true;
}

/** Calls again. */
export function again(machine: Machine, { timer: _timer, ...frame }: StepFrame): void {
  machine.put({ ...frame, phase: 'begin' });
  machine.wake(frame.key);
}

/** The frame that waits for the end of this very call. */
function calling(
  machine: Machine,
  { path, attempt }: { readonly path: string; readonly attempt: number },
): StepFrame | UndoFrame | undefined {
  const frame = machine.frame(path);
  if (!frame || frame.kind === 'block' || frame.attempt !== attempt || frame.phase !== 'busy')
    return undefined;
  return frame.kind === 'undo' || isCalling(machine, frame) ? frame : undefined;
}

function retryOrFail(
  machine: Machine,
  frame: StepFrame,
  { error, retryAfterMs, isIdempotent }: Pick<ToolFailed, 'error' | 'retryAfterMs' | 'isIdempotent'>,
): void {
  if (frame.ending) return leaveCanceled(machine, frame);
  const delayMs = retryDelay(machine.stepOf(frame).retry, {
    kind: error.kind,
    calls: callsOf(machine, frame),
    isIdempotent: isIdempotent === true,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    random: machine.random,
  });
  if (delayMs === undefined) return fail(machine, frame, error);
  noteStep(machine, frame, 'retry_wait', {
    ...error,
    message: error.message.slice(0, 2_000),
    path: frame.key,
  });
  const dueAtMs = machine.nowMs + delayMs;
  machine.put(withTimer(machine, { ...frame, phase: 'retry' }, { purpose: 'retry', dueAtMs }));
}

function doubtStep(machine: Machine, frame: StepFrame, { canRepeat }: InDoubt): void {
  if (frame.ending) return leaveCanceled(machine, frame);
  const message = 'nobody knows how the call ended';
  const policy = machine.stepOf(frame).onUnknown ?? (canRepeat ? 'retry' : 'fail');
  if (policy === 'retry' && callsOf(machine, frame) <= limits.retries) return again(machine, frame);
  if (policy !== 'ask') return fail(machine, frame, { kind: 'in_doubt', message });
  noteStep(machine, frame, 'in_doubt', { kind: 'in_doubt', message, path: frame.key });
  const asking = machine.put<StepFrame>({ ...frame, phase: 'ask' });
  machine.emit({
    kind: 'AskApproval',
    path: frame.key,
    question: questionOf(asking),
    reason: 'in_doubt',
    message: `${message}; shall step "${frame.key}" call again?`,
    assignees: [],
  });
}

function countUsage({ draft }: Machine, { usage }: Pick<ToolDone, 'usage'>): void {
  if (!usage) return;
  draft.usage = {
    ...draft.usage,
    cost: draft.usage.cost + (usage.cost ?? 0),
    tokens: draft.usage.tokens + (usage.tokens ?? 0),
  };
}

function checkUsage(machine: Machine): void {
  const { usage, phase, result } = machine.draft;
  const { cost, tokens } = machine.plan.definition.budget ?? {};
  if (phase !== 'main' || result !== undefined) return;
  if (cost !== undefined && usage.cost > cost)
    abortRun(machine, { kind: 'budget', message: 'the cost of the budget is used up' });
  else if (tokens !== undefined && usage.tokens > tokens)
    abortRun(machine, { kind: 'budget', message: 'the tokens of the budget are used up' });
}
