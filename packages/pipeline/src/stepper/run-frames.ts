import { checkExtent } from './check-extent.ts';
import type { Machine } from './machine.ts';
import { runBlock } from './run-block.ts';
import { runPhase } from './run-phase.ts';
import { runStep } from './run-step.ts';
import { runUndo } from './run-undo.ts';

/** How much one `advance` does before it lets others do something. */
const mostFrames = 2_000;

/** Lets every frame go on that can, one after the other; asks to be continued when that is too much at once. */
export function runFrames(machine: Machine): void {
  for (let count = 0; count < mostFrames; count++) {
    const key = machine.takeReady();
    if (key === undefined) return;
    const frame = machine.frame(key);
    if (key === '') runPhase(machine);
    else if (frame?.kind === 'block') runBlock(machine, key);
    else if (frame?.kind === 'step') runStep(machine, key);
    else if (frame?.kind === 'undo') runUndo(machine, frame);
    checkExtent(machine);
  }
  if (machine.draft.ready.length > 0) machine.emit({ kind: 'Continue' });
}
