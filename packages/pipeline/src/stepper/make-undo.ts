import { isJsonObject, isSignalboxError } from '@signalbox/sdk';
import { canonicalText } from '../plan/canonical-text.ts';
import { evaluate, secretsIn, unknown } from './evaluate.ts';
import type { StepFrame } from './frame.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { jsonBytes } from './json-bytes.ts';
import type { Machine } from './machine.ts';
import { placeOf } from './place-of.ts';
import type { StepRecord } from './stepper-state.ts';
import type { UndoEntry } from './undo-entry.ts';

/**
 * What would undo a step that has just been done, or why that cannot be said. Undefined where there is nothing to undo: what a dry run calls only
 * reads.
 */
export function makeUndo(
  machine: Machine,
  frame: StepFrame,
  record: StepRecord,
): { readonly entry: UndoEntry } | { readonly problem: string } | undefined {
  const { compensate } = machine.stepOf(frame);
  if (!compensate || frame.isUnknown || machine.draft.dryRun) return undefined;
  const { tool, args, timeoutMs } = compensate;
  const place = { ...placeOf(machine, frame), own: { path: frame.key, record } };
  try {
    const given = evaluate(machine, args, place);
    if (given === unknown || !isJsonObject(given)) return undefined;
    const entry: UndoEntry = {
      path: frame.key,
      key: idempotencyKey(machine, frame),
      tool,
      args: given,
      ...secretsIn(machine, args, place),
      timeoutMs,
      ...(frame.isUncalled && { isUnearned: true }),
    };
    return { entry };
  } catch (error) {
    if (isSignalboxError(error)) return { problem: error.message };
    throw error;
  }
}

/**
 * Keeps it for the end. A step whose output was refused is called again in the next attempt of the run: what that gave is undone, too, unless it is
 * the very same.
 */
export function rememberUndo(machine: Machine, entry: UndoEntry): void {
  const { undo } = machine.draft;
  const ofStep = undo.filter(({ path }) => path === entry.path);
  const same = ofStep.find((before) => isSame(before, entry));
  const others = undo.filter((each) => each !== same);
  machine.addBytes(same ? 0 : jsonBytes(entry.args));
  machine.draft.undo = [...others, same ? together(same, entry) : asTurn(entry, ofStep.length + 1)];
}

function isSame(one: UndoEntry, other: UndoEntry): boolean {
  return one.tool === other.tool && canonicalText(one.args) === canonicalText(other.args);
}

function asTurn(entry: UndoEntry, turn: number | undefined): UndoEntry {
  return turn === undefined || turn === 1 ? entry : { ...entry, turn };
}

function together(
  { turn, isUnearned }: UndoEntry,
  { isUnearned: isNowUnearned, ...entry }: UndoEntry,
): UndoEntry {
  return asTurn({ ...entry, ...(isUnearned && isNowUnearned && { isUnearned }) }, turn);
}
