import type { Machine } from './machine.ts';

/** Names of the timers of a run that was told to end: when calls that have not stopped are given up, and when all that is left is. */
export function tidyUpTimers({ draft }: Machine): { readonly halt: string; readonly end: string } {
  const { attempt } = draft.run;
  return { halt: `run#halt.${attempt}`, end: `run#tidy-up.${attempt}` };
}
