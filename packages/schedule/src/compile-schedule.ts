import { compileCron } from './cron/compile-cron.ts';
import type { DefinitionOf, ScheduleDefinition } from './definition/schedule-definition.ts';
import { type Calendars, compileExclusions } from './exclusions.ts';
import { compileInterval, compileOnce, readInstant } from './fixed-times.ts';
import { compileRrule } from './rrule/compile-rrule.ts';
import { Schedule, type ScheduleParts } from './schedule.ts';
import type { Stream } from './stream/stream.ts';
import { findZone } from './zone/find-zone.ts';
import { firstInstantMs, lastInstantMs, type Zone } from './zone/zone.ts';

/** What a schedule cannot say of itself. */
export interface CompileOptions {
  /** Dates of the calendars it may exclude days by. */
  readonly calendars?: Calendars;
  /** What its jitter depends on besides the time: the id of its task. */
  readonly seed?: string;
  /** Version of the zone data its times are found with, such as `2026c`. */
  readonly timeZoneDataVersion?: string;
}

/**
 * Makes a schedule askable. It never looks at a clock: the same definition, zone data and question give the same answer.
 * Throws `invalid_params` that says what is wrong and, in an expression or rule, where.
 */
export function compileSchedule(definition: ScheduleDefinition, options: CompileOptions = {}): Schedule {
  const { zone, streams, removed } = compileTimes(definition);
  const exclude = definition.kind === 'event' ? undefined : definition.exclude;
  return new Schedule({
    kind: definition.kind,
    zone,
    streams,
    startsAtMs: definition.starts_at === undefined ? firstInstantMs : readInstant(definition.starts_at, zone),
    endsAtMs: definition.ends_at === undefined ? lastInstantMs : readInstant(definition.ends_at, zone),
    exclusions: compileExclusions(exclude, options.calendars ?? {}),
    removedLocals: new Set(removed?.locals),
    removedInstants: new Set(removed?.instants),
    jitterMs: definition.kind === 'event' ? 0 : (definition.jitter_seconds ?? 0) * 1_000,
    seed: options.seed ?? '',
    timeZoneDataVersion: options.timeZoneDataVersion,
  });
}

interface Times extends Pick<ScheduleParts, 'zone' | 'streams'> {
  readonly removed?: { readonly locals: readonly number[]; readonly instants: readonly number[] };
}

function compileTimes(definition: ScheduleDefinition): Times {
  if (definition.kind === 'rrule') return compileRrule(definition);
  const zone = findZone(definition.timezone);
  if (definition.kind === 'event') return { zone, streams: [] };
  return { zone, streams: [compileStream(definition, zone)] };
}

function compileStream(definition: DefinitionOf<'cron' | 'once' | 'interval'>, zone: Zone): Stream {
  if (definition.kind === 'cron') return compileCron(definition, zone);
  return definition.kind === 'once' ? compileOnce(definition, zone) : compileInterval(definition, zone);
}
