import type { AuditRecorder, Log, Metrics } from '@signalbox/sdk';
import type { BudgetParts } from './budget-parts.ts';

/** Tells who runs the hub, once a day, that an organization has used up its budget: in the log, the audit and the measurements. */
export function tellUsedUp({
  log,
  metrics,
  recorder,
}: {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly recorder: () => AuditRecorder | undefined;
}): BudgetParts['onUsedUp'] {
  const counter = metrics.counter(
    'budgets_used_up',
    'Days on which the budget of an organization was used up',
  );
  return ({ org, day, message }) => {
    counter.add();
    log.warn(message, { org, day });
    recorder()?.note(
      {
        kind: 'budget',
        action: 'use-up',
        orgs: [org],
        actor: { type: 'extension', id: 'engine' },
        target: day,
        interface: 'hub',
      },
      { outcome: 'denied', code: 'budget_used_up' },
    );
  };
}
