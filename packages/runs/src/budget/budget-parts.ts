import type { Clock, Log } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';

/** What budgets work with. */
export interface BudgetParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Told once a day that an organization has used up what it may. */
  readonly onUsedUp: (told: { readonly org: string; readonly day: string; readonly message: string }) => void;
}
