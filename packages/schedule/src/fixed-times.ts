import { toDstPolicy } from './definition/dst-policy.ts';
import { quote, refuseValue } from './definition/refuse.ts';
import type { DefinitionOf } from './definition/schedule-definition.ts';
import { instantList, localList } from './stream/list-stream.ts';
import type { Stream } from './stream/stream.ts';
import { readLocal } from './zone/local-time.ts';
import { earliestInstant, readInstant } from './zone/resolve-local.ts';
import type { Zone } from './zone/zone.ts';

const unitMs = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };
const longestMs = 3_660 * unitMs.d;

/** A schedule of fixed times, ready to be asked. */
export interface FixedTimes {
  readonly streams: readonly Stream[];
  readonly beginsAtMs: number;
}

/** Compiles a schedule of one time. */
export function compileOnce(definition: DefinitionOf<'once'>, zone: Zone): FixedTimes {
  const atMs = requireInstant(definition.at, zone);
  const localMs = readLocal(definition.at);
  if (localMs === undefined) return { streams: [instantList([atMs], zone)], beginsAtMs: atMs };
  const dst = toDstPolicy('once', definition.dst);
  const stream = localList([localMs], { zone, dst, hasNotes: true });
  return { streams: [stream], beginsAtMs: earliestInstant(localMs, zone) };
}

/** Compiles a schedule of equal intervals of time that really passes. */
export function compileInterval({ every, anchor }: DefinitionOf<'interval'>, zone: Zone): FixedTimes {
  const everyMs = readDuration(every);
  const anchorMs = requireInstant(anchor, zone);
  const stream: Stream = (afterMs, work) => {
    const atMs = anchorMs + Math.max(0, Math.floor((afterMs - anchorMs) / everyMs) + 1) * everyMs;
    return work.isBeyond(atMs) ? undefined : { atMs, localMs: atMs + zone.offsetAt(atMs) };
  };
  return { streams: [stream], beginsAtMs: anchorMs };
}

/** Reads an instant, or a local time of a zone. Throws `invalid_params` when a text is neither. */
export function requireInstant(text: string, zone: Zone): number {
  return (
    readInstant(text, zone) ??
    refuseValue(`${quote(text)} is no instant such as "2026-03-29T02:30:00+02:00" of the years 1900 to 9998`)
  );
}

/** `90m`, `1h30m`, or seconds. */
function readDuration(every: string | number): number {
  const parts = typeof every === 'number' ? [] : [...every.matchAll(/(\d+)([wdhms])/g)];
  const ms =
    typeof every === 'number'
      ? every * 1_000
      : parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitOf(unit), 0);
  if (ms < 1_000 || ms > longestMs)
    refuseValue(`an interval of ${quote(String(every))} is not 1 second to 10 years`);
  return ms;
}

function unitOf(unit: string | undefined): number {
  return Object.entries(unitMs).find(([name]) => name === unit)?.[1] ?? 0;
}
