import { usualRetry } from '../plan/read-retry.ts';
import { withTimer } from './cancel-frame.ts';
import { callsOf } from './end-step.ts';
import type { UndoFrame } from './frame.ts';
import type { Machine } from './machine.ts';
import { firstAttempt } from './open-frame.ts';
import { retryDelay } from './retry-delay.ts';
import { stepTemplate } from './step-template.ts';
import type { InDoubt, ToolFailed } from './stepper-event.ts';
import type { StepRecord } from './stepper-state.ts';
import type { UndoEntry } from './undo-entry.ts';
import { useCall } from './use-call.ts';

/** Begins to undo what was done last; false when there is nothing left to undo. */
export function openUndo(machine: Machine): boolean {
  const entry = machine.draft.undo.at(-1);
  if (!entry) return false;
  machine.draft.undo = machine.draft.undo.slice(0, -1);
  machine.open({
    kind: 'undo',
    key: `${entry.path}${suffixOf(entry)}`,
    parent: '',
    index: 0,
    indices: [],
    running: [],
    ended: [],
    entry,
    phase: 'begin',
    attempt: firstAttempt(machine.draft.run.attempt),
  });
  return true;
}

function suffixOf({ turn }: UndoEntry): string {
  return turn === undefined ? '#undo' : `#undo.${turn}`;
}

/** Calls what undoes, for the first time or again. */
export function runUndo(machine: Machine, frame: UndoFrame): void {
  if (frame.phase !== 'begin') return;
  const { entry, key } = frame;
  useCall(machine);
  const { attempt } = machine.put<UndoFrame>({ ...frame, phase: 'busy', attempt: frame.attempt + 1 });
  machine.emit({
    kind: 'CallTool',
    path: key,
    attempt,
    tool: entry.tool,
    args: entry.args,
    ...(entry.secrets && { secrets: entry.secrets }),
    timeoutMs: entry.timeoutMs,
    idempotencyKey: `${entry.key ?? entry.path}${suffixOf(entry)}`,
    ...(!entry.isUnearned && { isCompensation: true }),
  });
}

/** The step has been undone. */
export function endUndo(machine: Machine, frame: UndoFrame): void {
  const { path } = frame.entry;
  const { draft } = machine;
  const template = stepTemplate(path);
  draft.undone = { ...draft.undone, [template]: draft.run.attempt };
  const step = machine.plan.steps.get(template);
  const record = machine.record(path);
  if (step && record) machine.setRecord(path, step, { ...record, status: 'undone' });
  // Of an iteration that has ended nothing is kept, and yet it is undone.
  else if (step) machine.emit({ kind: 'StepChanged', path, stepId: step.id, record: forgotten(machine) });
  machine.leave(frame, { status: 'done' });
}

function forgotten({ nowMs }: Machine): StepRecord {
  return { status: 'undone', attempts: 0, startedAtMs: nowMs };
}

/** Undoing failed: again after a while, or the next is undone. */
export function failUndo(
  machine: Machine,
  frame: UndoFrame,
  { error, retryAfterMs, isIdempotent }: ToolFailed,
): void {
  const delayMs = retryDelay(usualRetry, {
    kind: error.kind,
    calls: callsOf(machine, frame),
    isIdempotent: isIdempotent === true,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    random: machine.random,
  });
  if (delayMs === undefined) giveUp(machine, frame, error.message);
  else
    machine.put(
      withTimer(
        machine,
        { ...frame, phase: 'retry' },
        { purpose: 'retry', dueAtMs: machine.nowMs + delayMs },
      ),
    );
}

/** Nobody knows whether it was undone: again when that is harmless. */
export function doubtUndo(machine: Machine, frame: UndoFrame, { canRepeat }: InDoubt): void {
  if (canRepeat && callsOf(machine, frame) <= usualRetry.max) again(machine, frame);
  else giveUp(machine, frame, 'nobody knows how the call ended');
}

/** Undoes again. */
export function again(machine: Machine, { timer: _timer, ...frame }: UndoFrame): void {
  machine.put({ ...frame, phase: 'begin' });
  machine.wake(frame.key);
}

function giveUp(machine: Machine, frame: UndoFrame, reason: string): void {
  const { path } = frame.entry;
  machine.emit({ kind: 'Log', level: 'error', message: `"${path}" could not be undone: ${reason}`, path });
  machine.leave(frame, { status: 'done' });
}
