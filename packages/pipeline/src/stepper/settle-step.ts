import { isJsonObject } from '@signalbox/sdk';
import { fail, recordEnd } from './end-step.ts';
import { evaluate, secretsIn, unknown } from './evaluate.ts';
import type { StepFrame } from './frame.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { jsonBytes } from './json-bytes.ts';
import type { Machine } from './machine.ts';
import { placeOf } from './place-of.ts';
import type { UndoEntry } from './undo-entry.ts';
import { nothing, readValue } from './values.ts';

/** Checks what a step gave, writes it down together with what would undo it, and ends the step. */
export function settleStep(machine: Machine, frame: StepFrame): void {
  const step = machine.stepOf(frame);
  const value = frame.value ?? nothing;
  const problem = step.check && !frame.isUnknown ? step.check(readValue(value, machine.loaded)) : undefined;
  if (problem !== undefined)
    return fail(machine, withoutValue(frame), {
      kind: 'tool_error',
      message: `the output does not fit "validate": ${problem}`,
    });
  if (machine.record(frame.key)?.status !== 'done')
    recordEnd(machine, frame, { status: 'done', output: value, ...(frame.isUnknown && { isUnknown: true }) });
  // What a dry run calls only reads: there is nothing to undo.
  const isDry = machine.draft.dryRun !== undefined;
  if (step.compensate && !frame.isUnknown && !isDry) rememberUndo(machine, frame, step.compensate);
  machine.leave(frame, { status: 'done' });
}

function rememberUndo(
  machine: Machine,
  frame: StepFrame,
  { tool, args, timeoutMs }: NonNullable<ReturnType<Machine['stepOf']>['compensate']>,
): void {
  const place = placeOf(machine, frame);
  const given = evaluate(machine, args, place);
  if (given === unknown || !isJsonObject(given)) return;
  machine.addBytes(jsonBytes(given));
  const key = idempotencyKey(machine, frame);
  const entry: UndoEntry = {
    path: frame.key,
    key,
    tool,
    args: given,
    ...secretsIn(machine, args, place),
    timeoutMs,
    ...(frame.isUncalled && { isUnearned: true }),
  };
  machine.draft.undo = [...machine.draft.undo, entry];
}

function withoutValue({ value: _value, isUncalled: _isUncalled, ...frame }: StepFrame): StepFrame {
  return { ...frame, phase: 'begin' };
}
