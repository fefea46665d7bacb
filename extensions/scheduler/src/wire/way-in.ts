import type { PolicyBook } from '@signalbox/policy';
import {
  type ApprovalAnswers,
  type CatalogReader,
  type Clock,
  type Directory,
  type Engine,
  type Events,
  type HubInfo,
  type Log,
  type Orderer,
  type Scheduler,
  SignalboxError,
} from '@signalbox/sdk';
import type { CalendarOperations } from '../calendar/calendar-operations.ts';
import type { WaitingCalls } from '../runs/waiting-calls.ts';

/** What tools and routes work with: the services that do it, and what they ask of others. */
export interface WayIn {
  readonly tasks: Scheduler;
  readonly calendars: CalendarOperations;
  /** Goes on with a run that failed, whoever may; those whose wish it is have ordered what it does then. */
  readonly retryRun: (org: string, run: string, orderers: readonly Orderer[]) => Promise<void>;
  /** Asked for each time: services come and go with their extensions. */
  readonly engine: () => Engine | undefined;
  readonly directory: () => Directory | undefined;
  /** Where calls wait that rules want approved. */
  readonly answers: () => ApprovalAnswers | undefined;
  readonly policyBook: () => PolicyBook | undefined;
  readonly catalog: CatalogReader;
  readonly hub: HubInfo;
  readonly clock: Clock;
  readonly events: Events;
  readonly log: Log;
  readonly waiting: WaitingCalls;
}

/** Errors: `unsupported` where nothing carries out pipelines. */
export function engineOf({ engine }: Pick<WayIn, 'engine'>): Engine {
  const found = engine();
  if (found) return found;
  throw new SignalboxError(
    'unsupported',
    'no extension of this hub carries out pipelines, so that there are no runs',
  );
}
