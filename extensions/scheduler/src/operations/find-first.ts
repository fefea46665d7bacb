import type { Occurrence, Schedule } from '@signalbox/schedule';
import { SignalboxError } from '@signalbox/sdk';

const firstInstantMs = Date.UTC(1900, 0);

/**
 * The first time a new schedule is due. A single time may have passed: then it is up to `catchup` what becomes of it, and it is
 * written down. Undefined for events and what is only run by hand. Errors: `invalid_params` for a schedule that is never due.
 */
export function findFirst(schedule: Schedule, nowMs: number): Occurrence | undefined {
  if (schedule.kind === 'event') return undefined;
  const outlook = schedule.lookAhead(schedule.kind === 'once' ? firstInstantMs : nowMs);
  if (outlook.kind === 'found') return outlook.occurrence;
  const why =
    outlook.kind === 'ended'
      ? 'it has no time after now'
      : `no time was found within the ${outlook.limit} of a search`;
  throw new SignalboxError('invalid_params', `the schedule of the task would never be due: ${why}`);
}
