import { SignalboxError } from '@signalbox/sdk';
import type { Zones } from '../template/template.ts';

/** Knows UTC only: for plans that are looked at and not run, and for tests. */
export const utcZones: Zones = {
  toLocal(ms, zone) {
    checkUtc(zone);
    const at = new Date(ms);
    return {
      year: at.getUTCFullYear(),
      month: at.getUTCMonth() + 1,
      day: at.getUTCDate(),
      hour: at.getUTCHours(),
      minute: at.getUTCMinutes(),
      second: at.getUTCSeconds(),
      millisecond: at.getUTCMilliseconds(),
    };
  },
  toInstant({ year, month, day, hour, minute, second, millisecond }, zone) {
    checkUtc(zone);
    return (
      new Date(0).setUTCFullYear(year, month - 1, day) +
      ((hour * 60 + minute) * 60 + second) * 1_000 +
      millisecond
    );
  },
};

function checkUtc(zone: string): void {
  if (zone !== 'UTC')
    throw new SignalboxError(
      'invalid_params',
      `zone "${zone}" is not known here, only UTC; give the plan other zones`,
    );
}
