import { SignalboxError } from '@signalbox/sdk';
import { toDstPolicy } from './definition/dst-policy.ts';
import { quote } from './definition/refuse.ts';
import type { DefinitionOf } from './definition/schedule-definition.ts';
import { instantList, localList } from './stream/list-stream.ts';
import type { Stream } from './stream/stream.ts';
import { wallStream } from './stream/wall-stream.ts';
import { readLocal } from './zone/local-time.ts';
import { firstInstant } from './zone/resolve-local.ts';
import type { Zone } from './zone/zone.ts';

const unitMs = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };
const longestMs = 3_660 * unitMs.d;

/** Compiles a schedule of one time. */
export function compileOnce(definition: DefinitionOf<'once'>, zone: Zone): Stream {
  const localMs = readLocal(definition.at);
  if (localMs === undefined) return instantList([readInstant(definition.at, zone)], zone);
  return wallStream(localList([localMs]), {
    zone,
    dst: toDstPolicy('once', definition.dst),
    hasNotes: true,
  });
}

/** Compiles a schedule of equal intervals of time that really passes. */
export function compileInterval({ every, anchor }: DefinitionOf<'interval'>, zone: Zone): Stream {
  const everyMs = readDuration(every);
  const anchorMs = readInstant(anchor, zone);
  return (afterMs, work) => {
    const atMs = anchorMs + Math.max(0, Math.floor((afterMs - anchorMs) / everyMs) + 1) * everyMs;
    return work.isBeyond(atMs) ? undefined : { atMs, localMs: atMs + zone.offsetAt(atMs) };
  };
}

/** Reads an instant, or a local time of a zone. Throws `invalid_params` when a text is neither. */
export function readInstant(text: string, zone: Zone): number {
  const localMs = readLocal(text);
  const atMs = localMs === undefined ? Date.parse(text) : firstInstant(localMs, zone);
  if (Number.isNaN(atMs))
    throw new SignalboxError(
      'invalid_params',
      `${quote(text)} is no instant such as "2026-03-29T02:30:00+02:00"`,
    );
  return atMs;
}

/** `90m`, `1h30m`, or seconds. */
function readDuration(every: string | number): number {
  const parts = typeof every === 'number' ? [] : [...every.matchAll(/(\d+)([wdhms])/g)];
  const ms =
    typeof every === 'number'
      ? every * 1_000
      : parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitOf(unit), 0);
  if (ms < 1_000 || ms > longestMs)
    throw new SignalboxError(
      'invalid_params',
      `an interval of ${quote(String(every))} is not 1 second to 10 years`,
    );
  return ms;
}

function unitOf(unit: string | undefined): number {
  return Object.entries(unitMs).find(([name]) => name === unit)?.[1] ?? 0;
}
