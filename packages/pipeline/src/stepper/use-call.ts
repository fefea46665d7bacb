import type { Machine } from './machine.ts';

/** Counts a call against the budget; false when there is none left. */
export function useCall({ draft, plan }: Machine): boolean {
  const most = plan.definition.budget?.calls ?? Number.POSITIVE_INFINITY;
  const calls = draft.usage.calls + 1;
  if (draft.phase === 'main' && calls > most) return false;
  draft.usage = { ...draft.usage, calls };
  return true;
}
