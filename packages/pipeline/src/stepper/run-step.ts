import { isSignalboxError } from '@signalbox/sdk';
import { beginAction } from './begin-action.ts';
import { blockOutput } from './block-output.ts';
import { cancelFrames, isCalling } from './cancel-frame.ts';
import { continueAction } from './continue-action.ts';
import { fail, keepProgress, leaveCanceled, recordEnd } from './end-step.ts';
import { enterStep } from './enter-step.ts';
import type { StepFrame } from './frame.ts';
import type { Machine } from './machine.ts';
import { openBlock } from './open-frame.ts';
import { settleStep } from './settle-step.ts';
import { NeedsValues } from './values.ts';

/** Goes on with a step as far as it can; asks for values kept elsewhere where it reads some. */
export function runStep(machine: Machine, key: string): void {
  const frame = machine.stepFrame(key);
  if (!frame) return;
  try {
    goOn(machine, frame);
  } catch (error) {
    const current = machine.stepFrame(key) ?? frame;
    if (error instanceof NeedsValues) askForValues(machine, current, error.refs);
    else if (isSignalboxError(error)) fail(machine, current, { kind: 'template', message: error.message });
    else throw error;
  }
}

function goOn(machine: Machine, frame: StepFrame): void {
  if (endsNow(machine, frame)) return;
  if (frame.isLoading) return;
  switch (frame.phase) {
    case 'enter':
      return enterStep(machine, frame);
    case 'begin':
      return beginAction(machine, frame);
    case 'busy':
      return continueAction(machine, frame);
    case 'settle':
      return settleStep(machine, frame);
    case 'else':
    case 'handler':
      return standIn(machine, frame);
    case 'retry':
    case 'ask':
      return;
  }
}

/** Ends a step whose end is decided, as soon as nothing inside runs; true when there is nothing else to do. */
function endsNow(machine: Machine, frame: StepFrame): boolean {
  const ending = frame.ending ?? failureInside(machine, frame);
  if (!ending || frame.phase === 'settle') return false;
  if (frame.running.length > 0) {
    cancelFrames(machine, frame.running);
    machine.put({ ...frame, ending });
  } else if (ending.status === 'failed') {
    const { ending: _ending, ...rest } = frame;
    const open = machine.put({ ...rest, ended: [] });
    if (frame.phase === 'handler') failInHandler(machine, open, ending);
    else fail(machine, open, ending.error);
  } else if (!isCalling(machine, frame)) leaveCanceled(machine, frame);
  return true;
}

/** What failed inside, unless that is one item of several. */
function failureInside(machine: Machine, frame: StepFrame): StepFrame['ending'] {
  const { action } = machine.stepOf(frame);
  if (frame.phase === 'busy' && action.kind === 'foreach' && action.onItemError === 'continue')
    return undefined;
  return frame.ended.find(({ outcome }) => outcome.status === 'failed')?.outcome;
}

/** The steps of `else` and `on_error` stand in for the step's own output. */
function standIn(machine: Machine, frame: StepFrame): void {
  const step = machine.stepOf(frame);
  const block =
    frame.phase === 'else' ? step.otherwise : step.onError.kind === 'steps' ? step.onError.block : undefined;
  if (!block) return;
  if (frame.ended.length === 0) {
    if (frame.running.length === 0) openBlock(machine, frame, block, { index: 0, indices: frame.indices });
    return;
  }
  const { error } = machine.record(frame.key) ?? {};
  recordEnd(machine, frame, {
    status: frame.phase === 'else' ? 'skipped' : 'failed',
    ...(error && frame.phase === 'handler' && { error }),
    ...blockOutput(machine, block, frame.indices),
  });
  machine.leave(frame, { status: 'done' });
}

function failInHandler(
  machine: Machine,
  frame: StepFrame,
  outcome: Extract<StepFrame['ending'], { status: 'failed' }>,
): void {
  keepProgress(machine, frame);
  recordEnd(machine, frame, { status: 'failed', error: outcome.error });
  machine.leave(frame, outcome);
}

/** Asks for everything this step has read so far, too, since nothing of it is kept. */
function askForValues(machine: Machine, frame: StepFrame, missing: readonly string[]): void {
  const refs = [...new Set([...(frame.refs ?? []), ...missing])];
  machine.put({ ...frame, isLoading: true, refs });
  machine.emit({ kind: 'LoadValues', path: frame.key, refs });
}
