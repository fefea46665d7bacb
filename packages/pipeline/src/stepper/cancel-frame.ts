import type { Outcome, StepFrame, UndoFrame } from './frame.ts';
import type { Machine } from './machine.ts';

/**
 * Lets frames and everything in them end. Calls are asked to stop and end when their end is told; timers and waits end at once;
 * what is around ends when nothing inside runs any more. What was to end as failed ends as canceled, so that no `on_error` follows.
 */
export function cancelFrames(machine: Machine, keys: readonly string[]): void {
  const left = [...keys];
  for (let key = left.pop(); key !== undefined; key = left.pop()) {
    const frame = machine.frame(key);
    if (!frame || frame.ending?.status === 'canceled') continue;
    const ending: Outcome = { status: 'canceled' };
    if (frame.kind === 'step' && isCalling(machine, frame))
      machine.emit({ kind: 'CancelCall', path: key, attempt: frame.attempt });
    if (frame.kind === 'step' && isAsking(machine, frame)) machine.emit({ kind: 'CancelWait', path: key });
    machine.put({ ...frame, ending });
    machine.wake(key);
    left.push(...frame.running);
  }
}

/** True while the end of a call or of another run is to be told. */
export function isCalling(machine: Machine, frame: StepFrame): boolean {
  const { kind } = machine.stepOf(frame).action;
  return frame.phase === 'busy' && (kind === 'call' || kind === 'child');
}

/** True while somebody may answer, or an event come. */
export function isAsking(machine: Machine, frame: StepFrame): boolean {
  const { kind } = machine.stepOf(frame).action;
  return frame.phase === 'ask' || (frame.phase === 'busy' && (kind === 'wait' || kind === 'approve'));
}

/** Name of the question a step asks. */
export function questionOf(frame: StepFrame): string {
  return `${frame.key}#${frame.phase === 'ask' ? 'in_doubt' : 'approve'}.${frame.attempt}`;
}

/** Asks for a timer instead of the one a frame has. */
export function withTimer<Kind extends StepFrame | UndoFrame>(
  machine: Machine,
  frame: Kind,
  timer: { readonly purpose: 'retry' | 'sleep' | 'timeout'; readonly dueAtMs: number },
): Kind {
  const name = `${frame.key}#${timer.purpose}.${frame.attempt}`;
  machine.emit({ kind: 'StartTimer', timer: name, ...timer });
  return { ...frame, timer: name };
}
