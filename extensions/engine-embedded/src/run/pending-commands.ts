import type { Command, StepperEvent } from '@signalbox/pipeline';

/** Nobody waits for the end of a call any more that was told to stop. */
export function isGivenUp(command: Command, all: readonly Command[]): boolean {
  if (command.kind !== 'CancelCall') return false;
  return all.some(
    (each) => each.kind === 'GiveUp' && each.path === command.path && each.attempt === command.attempt,
  );
}

/** True when an event says what became of a command. */
export function isAnswer(command: Command, event: StepperEvent): boolean {
  if (command.kind === 'Continue') return event.kind === 'Continued';
  if (command.kind === 'CancelCall')
    return 'attempt' in event && event.path === command.path && event.attempt === command.attempt;
  return command.kind === 'LoadValues' && event.kind === 'ValuesLoaded' && command.path === event.path;
}
