import { isAsking, isCalling } from './cancel-frame.ts';
import { recordEnd } from './end-step.ts';
import type { StepFrame } from './frame.ts';
import { giveUpCall } from './give-up-calls.ts';
import type { Machine } from './machine.ts';
import { addToError, finish } from './run-phase.ts';

/** The time for tidying up is over: what is still under way is given up, and the run ends. False when it was not told to end. */
export function cutShort(machine: Machine): boolean {
  const { draft } = machine;
  const { stopping } = draft;
  if (!stopping) return false;
  for (const frame of Object.values(draft.frames)) {
    if (frame.kind === 'step') cutStep(machine, frame);
    else if (frame.kind === 'undo' && frame.phase === 'busy') {
      draft.hasCalled = true;
      machine.emit({ kind: 'GiveUp', path: frame.key, attempt: frame.attempt });
    }
  }
  const message = `there was no time left to tidy up${notUndone(machine)}`;
  machine.emit({ kind: 'Log', level: 'error', message });
  machine.dropFrames();
  if (draft.result === undefined) {
    draft.result = stopping.as;
    draft.error = { kind: stopping.as === 'timed_out' ? 'timeout' : 'canceled', message: stopping.reason };
  }
  addToError(machine, message);
  finish(machine, false);
  return true;
}

function cutStep(machine: Machine, frame: StepFrame): void {
  if (isCalling(machine, frame)) return giveUpCall(machine, frame);
  if (isAsking(machine, frame)) machine.emit({ kind: 'CancelWait', path: frame.key });
  if (machine.record(frame.key)?.status === 'done') return;
  const error = { kind: 'canceled', message: 'the time for tidying up was over', path: frame.key } as const;
  recordEnd(machine, frame, { status: 'canceled', error });
}

/** The steps that keep what they did. */
function notUndone({ draft }: Machine): string {
  const undoing = Object.values(draft.frames).flatMap((frame) =>
    frame.kind === 'undo' ? [frame.entry.path] : [],
  );
  // After a run that succeeds nothing is undone.
  const left =
    draft.phase === 'finally' ? [] : [...undoing, ...draft.undo.map(({ path }) => path).toReversed()];
  if (left.length === 0) return '';
  const shown = left
    .slice(0, 10)
    .map((path) => `"${path}"`)
    .join(', ');
  return `; not undone: ${shown}${left.length > 10 ? ` and ${left.length - 10} more` : ''}`;
}
