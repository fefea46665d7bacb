import type { Advance } from './advance.ts';
import type { StepperEvent } from './stepper-event.ts';
import type { StepperState } from './stepper-state.ts';

/**
 * Whether a run goes on otherwise for what it was told: not for what repeats or comes late, nor for an event of a topic that the step
 * which waits has looked at and passed over.
 */
export function hasEffect(
  before: StepperState | undefined,
  { state, commands }: Advance,
  event: Pick<StepperEvent, 'kind'> & { readonly path?: string },
): boolean {
  if (state === before) return false;
  if (event.kind !== 'EventMatched' || event.path === undefined) return true;
  const { path } = event;
  if (commands.some((command) => command.kind === 'CancelWait' && command.path === path)) return true;
  const frame = state.frames[path];
  const isWaiting = frame?.kind === 'step' && frame.phase === 'busy' && frame.work?.kind === 'wait';
  return !isWaiting || frame.work.arrived.length > 0;
}
