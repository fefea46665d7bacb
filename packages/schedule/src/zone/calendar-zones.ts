import type { LocalTime } from './local-time.ts';
import { toInstant, toLocal } from './resolve-local.ts';

/** A local time with the part of a second that wall clocks do not show. */
type PreciseTime = LocalTime & { readonly millisecond: number };

/**
 * What templates of pipelines count days, weeks, months and years by. Offsets are whole seconds, so the part below one is that of
 * the instant. Both throw `invalid_params` for an unknown zone.
 */
export const calendarZones = {
  toLocal: (ms: number, zone: string): PreciseTime => ({
    ...toLocal(ms, zone),
    millisecond: ((ms % 1_000) + 1_000) % 1_000,
  }),
  toInstant: ({ millisecond, ...local }: PreciseTime, zone: string): number =>
    toInstant(local, zone) + millisecond,
};
