import { SignalboxError } from '@signalbox/sdk';
import { dayMs } from '../calendar/civil-date.ts';
import { findZone } from './find-zone.ts';
import { fromLocalMs, type LocalMs, type LocalTime, readLocal, toLocalMs } from './local-time.ts';
import { firstInstantMs, lastInstantMs, type Zone } from './zone.ts';

/** When a local time is: never (the clocks were put forward over it), once, or twice (they were put back). */
export type Instants =
  | {
      readonly kind: 'none';
      /** When it would be had the clocks not been changed, as RFC 5545 3.3.5 reads it. */
      readonly shiftedMs: number;
      /** The instant the clocks were changed. */
      readonly firstValidMs: number;
    }
  | { readonly kind: 'one'; readonly atMs: number }
  | { readonly kind: 'two'; readonly firstMs: number; readonly secondMs: number };

/** What the clocks of a zone show at an instant. Throws `invalid_params` for an unknown zone or an instant outside 1900 to 9998. */
export function toLocal(ms: number, zone: string): LocalTime {
  if (!(ms >= firstInstantMs && ms < lastInstantMs))
    throw new SignalboxError('invalid_params', `the instant ${ms} is not in the years 1900 to 9998`);
  return fromLocalMs(ms + findZone(zone).offsetAt(ms));
}

/** When a local time is in a zone. Throws `invalid_params` for an unknown zone. */
export function toInstants(local: LocalTime, zone: string): Instants {
  return resolveLocal(toLocalMs(local), findZone(zone));
}

/**
 * The one instant of a local time as RFC 5545 3.3.5 has it: in a gap the offset before it counts, of two the first is meant.
 * Throws `invalid_params` for an unknown zone.
 */
export function toInstant(local: LocalTime, zone: string): number {
  return firstInstant(toLocalMs(local), findZone(zone));
}

/**
 * Reads an instant (`2026-03-29T02:30:00+02:00`), or a local time of a zone. Undefined when a text is neither: the zone of this machine
 * is never meant.
 */
export function readInstant(text: string, zone: Zone): number | undefined {
  const localMs = readLocal(text);
  if (localMs !== undefined) return firstInstant(localMs, zone);
  const atMs = /[Tt].*(?:[Zz]|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  return atMs >= firstInstantMs && atMs < lastInstantMs ? atMs : undefined;
}

/** The instant before which the clocks of a zone show neither this local time nor a later one. */
export function earliestInstant(localMs: LocalMs, zone: Zone): number {
  const found = resolveLocal(localMs, zone);
  return found.kind === 'none' ? found.firstValidMs : firstInstant(localMs, zone);
}

/** {@link toInstant} for numbers. */
export function firstInstant(localMs: LocalMs, zone: Zone): number {
  const found = resolveLocal(localMs, zone);
  if (found.kind === 'none') return found.shiftedMs;
  return found.kind === 'one' ? found.atMs : found.firstMs;
}

/** {@link toInstants} for numbers. No zone is further from UTC than a day, or changes its clocks twice within two. */
function resolveLocal(localMs: LocalMs, zone: Zone): Instants {
  const before = zone.offsetAt(localMs - dayMs);
  const after = zone.offsetAt(localMs + dayMs);
  const [early, late] = [localMs - before, localMs - after];
  const isEarly = zone.offsetAt(early) === before;
  const isLate = zone.offsetAt(late) === after;
  if (before === after) return { kind: 'one', atMs: early };
  if (isEarly && isLate) return { kind: 'two', firstMs: early, secondMs: late };
  if (isEarly || isLate) return { kind: 'one', atMs: isEarly ? early : late };
  return { kind: 'none', shiftedMs: early, firstValidMs: zone.spanAt(early).startMs };
}
