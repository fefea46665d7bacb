import { isCalling } from './cancel-frame.ts';
import { recordEnd } from './end-step.ts';
import type { StepFrame } from './frame.ts';
import type { Machine } from './machine.ts';
import type { StepError } from './step-error.ts';

/**
 * What was told to stop long ago and has not is not waited for any more, so that there is time left for tidying up. Nobody knows what it has done,
 * so it is not undone either.
 */
export function giveUpCalls(machine: Machine): boolean {
  if (machine.draft.phase !== 'main') return false;
  const calling = Object.values(machine.draft.frames).filter(
    (frame): frame is StepFrame => frame.kind === 'step' && isCalling(machine, frame),
  );
  for (const frame of calling) {
    giveUpCall(machine, frame);
    machine.leave(frame, { status: 'canceled' });
  }
  return calling.length > 0;
}

/** Gives up one. */
export function giveUpCall(machine: Machine, frame: StepFrame): void {
  const { key: path, attempt } = frame;
  machine.draft.hasCalled = true;
  const error: StepError = {
    kind: 'in_doubt',
    message: 'it was told to stop, and did not in time; nobody knows its end',
    path,
  };
  machine.emit({ kind: 'GiveUp', path, attempt });
  machine.emit({ kind: 'Log', level: 'warn', message: `"${path}" was given up: ${error.message}`, path });
  recordEnd(machine, frame, { status: 'canceled', error });
}
