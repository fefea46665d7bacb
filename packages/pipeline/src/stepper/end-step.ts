import type { StepFrame } from './frame.ts';
import { valueBytes } from './json-bytes.ts';
import type { Machine } from './machine.ts';
import { firstAttempt } from './open-frame.ts';
import type { StepError } from './step-error.ts';
import { type StepRecord, type StepStatus, stateLimitBytes } from './stepper-state.ts';
import type { Value } from './value.ts';
import { nothing } from './values.ts';

/** Writes down how a step stands that has not ended. */
export function noteStep(machine: Machine, frame: StepFrame, status: StepStatus, error?: StepError): void {
  machine.setRecord(frame.key, machine.stepOf(frame), {
    status,
    attempts: callsOf(machine, frame),
    startedAtMs: frame.startedAtMs,
    ...(error && { error }),
  });
}

/** Calls of a step in this attempt of the run. */
export function callsOf(machine: Machine, frame: { readonly attempt: number }): number {
  return frame.attempt - firstAttempt(machine.draft.run.attempt);
}

/** A step has what it gives: it is checked next. */
export function succeed(machine: Machine, frame: StepFrame, value: Value, isUnknown = false): void {
  if (valueBytes(value) > stateLimitBytes) {
    fail(machine, frame, {
      kind: 'tool_error',
      message: `the output is larger than ${stateLimitBytes} bytes; give less`,
    });
    return;
  }
  machine.put({ ...frame, phase: 'settle', value, ...(isUnknown && { isUnknown }) });
  machine.wake(frame.key);
}

/** A step in a dry run gives nothing, and what depends on it is not known. */
export function succeedUnknown(machine: Machine, frame: StepFrame): void {
  succeed(machine, frame, nothing, true);
}

type End = Pick<StepRecord, 'status' | 'error' | 'output' | 'isUnknown'>;

/** Writes down the end of a step. */
export function recordEnd(machine: Machine, frame: StepFrame, end: End): void {
  machine.setRecord(frame.key, machine.stepOf(frame), endRecord(machine, frame, end));
}

/** What is written down of a step that ends now. */
export function endRecord(machine: Machine, frame: StepFrame, end: End): StepRecord {
  return {
    attempts: callsOf(machine, frame),
    startedAtMs: frame.startedAtMs,
    durationMs: machine.nowMs - frame.startedAtMs,
    ...end,
  };
}

/** A step ended because what is around ends. */
export function leaveCanceled(machine: Machine, frame: StepFrame): void {
  keepProgress(machine, frame);
  const error: StepError = { kind: 'canceled', message: 'the step was canceled', path: frame.key };
  recordEnd(machine, frame, { status: 'canceled', error });
  machine.leave(frame, { status: 'canceled' });
}

/** A step failed for good: `on_error` says how it goes on. */
export function fail(machine: Machine, frame: StepFrame, given: StepError): void {
  const error: StepError = {
    kind: given.kind,
    message: given.message.slice(0, 2_000),
    path: given.path ?? frame.key,
    ...(given.isOutside && { isOutside: true }),
  };
  if (frame.ending) {
    leaveCanceled(machine, frame);
    return;
  }
  const { onError } = machine.stepOf(frame);
  switch (onError.kind) {
    case 'fail':
      keepProgress(machine, frame);
      recordEnd(machine, frame, { status: 'failed', error });
      machine.leave(frame, { status: 'failed', error });
      return;
    case 'continue':
      recordEnd(machine, frame, { status: 'failed', error, output: nothing });
      machine.leave(frame, { status: 'done' });
      return;
    case 'goto':
      recordEnd(machine, frame, { status: 'failed', error, output: nothing });
      machine.leave(frame, { status: 'goto', index: onError.index });
      return;
    case 'steps':
      recordEnd(machine, frame, { status: 'failed', error });
      machine.put({ ...frame, phase: 'handler' });
      machine.wake(frame.key);
  }
}

/** What loops and branches have done so far stays for the next attempt of the run. */
export function keepProgress(machine: Machine, frame: StepFrame): void {
  if (machine.draft.phase !== 'main' || !frame.work || frame.work.kind === 'wait') return;
  const { timer: _timer, ending: _ending, value: _value, ...rest } = frame;
  machine.draft.kept = { ...machine.draft.kept, [frame.key]: { ...rest, running: [], ended: [] } };
  machine.addBytes(frame.bytes);
}
