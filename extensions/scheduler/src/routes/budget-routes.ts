import { clearBudget, type DayBudgetItem, getBudget, setBudget } from '@signalbox/api';
import { type DayBudget, type Principal, type Routes, route } from '@signalbox/sdk';
import { given } from '../wire/given.ts';
import { toInstant } from '../wire/to-instant.ts';
import { engineOf, type WayIn } from '../wire/way-in.ts';

/** Serves what the runs of the caller's own organization may use up on a day. */
export function provideBudgetRoutes(routes: Routes, wayIn: Pick<WayIn, 'engine'>): void {
  routes.provide(
    route({
      ...getBudget,
      handle: async ({ principal }) => toItem(await engineOf(wayIn).budgets.read(principal.org)),
    }),
  );
  routes.provide(
    route({
      ...setBudget,
      handle: async ({ principal, body }) =>
        toItem(await engineOf(wayIn).budgets.set(principal.org, given(body), nameOf(principal))),
    }),
  );
  routes.provide(
    route({
      ...clearBudget,
      handle: async ({ principal }) =>
        toItem(await engineOf(wayIn).budgets.set(principal.org, {}, nameOf(principal))),
    }),
  );
}

function nameOf({ kind, id }: Principal): string {
  return `${kind} ${id}`;
}

function toItem({ resetsAt, ...budget }: DayBudget): DayBudgetItem {
  return { ...budget, resetsAt: toInstant(resetsAt) };
}
