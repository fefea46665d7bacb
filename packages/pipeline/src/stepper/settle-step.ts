import { endRecord, fail } from './end-step.ts';
import { findMisfit } from './find-misfit.ts';
import type { StepFrame } from './frame.ts';
import type { Machine } from './machine.ts';
import { makeUndo, rememberUndo } from './make-undo.ts';
import type { StepError } from './step-error.ts';
import { nothing, readValue } from './values.ts';

/**
 * Takes what a step gave: remembers what would undo it, checks it, writes it down and ends the step. What was called has been called, so that it
 * is undone also where the check refuses what it gave.
 */
export function settleStep(machine: Machine, frame: StepFrame): void {
  const { check } = machine.stepOf(frame);
  const value = frame.value ?? nothing;
  const done = endRecord(machine, frame, {
    status: 'done',
    output: value,
    ...(frame.isUnknown && { isUnknown: true }),
  });
  const undo = makeUndo(machine, frame, done);
  const misfit = check && !frame.isUnknown ? findMisfit(check, readValue(value, machine.loaded)) : undefined;
  // From here on nothing asks for values any more, which would have it all done again.
  if (undo && 'entry' in undo) rememberUndo(machine, undo.entry);
  if (undo && 'problem' in undo)
    machine.emit({
      kind: 'Log',
      level: 'error',
      message: `"${frame.key}" will not be undone: ${undo.problem}`,
      path: frame.key,
    });
  const error = errorOf(misfit, undo);
  if (error) return fail(machine, withoutValue(frame), error);
  if (machine.record(frame.key)?.status !== 'done') machine.setRecord(frame.key, machine.stepOf(frame), done);
  machine.leave(frame, { status: 'done' });
}

function errorOf(misfit: string | undefined, undo: ReturnType<typeof makeUndo>): StepError | undefined {
  if (misfit !== undefined)
    return { kind: 'tool_error', message: `the output does not fit "validate": ${misfit}` };
  if (!undo || !('problem' in undo)) return undefined;
  return {
    kind: 'template',
    message: `what it did will not be undone, since "compensate" cannot be made: ${undo.problem}`,
  };
}

function withoutValue({ value: _value, isUncalled: _isUncalled, ...frame }: StepFrame): StepFrame {
  return { ...frame, phase: 'begin' };
}
