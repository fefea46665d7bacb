import { compileCron } from './cron/compile-cron.ts';
import type { ScheduleDefinition } from './definition/schedule-definition.ts';
import { type Calendars, compileExclusions } from './exclusions.ts';
import { compileInterval, compileOnce, requireInstant } from './fixed-times.ts';
import { type CompiledRecurrence, compileRrule } from './rrule/compile-rrule.ts';
import { Schedule, type ScheduleParts } from './schedule.ts';
import { findZone } from './zone/find-zone.ts';
import { firstInstantMs, lastInstantMs } from './zone/zone.ts';

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
  const { zone, streams, isByTheClock, beginsAtMs, removed } = compileTimes(definition);
  const { starts_at: startsAt, ends_at: endsAt } = definition;
  const exclude = definition.kind === 'event' ? undefined : definition.exclude;
  return new Schedule({
    kind: definition.kind,
    zone,
    streams,
    isByTheClock,
    startsAtMs: Math.max(
      beginsAtMs,
      startsAt === undefined ? firstInstantMs : requireInstant(startsAt, zone),
    ),
    endsAtMs: endsAt === undefined ? lastInstantMs : requireInstant(endsAt, zone),
    exclusions: compileExclusions(exclude, options.calendars ?? {}),
    removedLocals: new Set(removed?.locals),
    removedInstants: new Set(removed?.instants),
    removedByTheClock: new Set(removed?.localInstants),
    jitterMs: definition.kind === 'event' ? 0 : (definition.jitter_seconds ?? 0) * 1_000,
    seed: options.seed ?? '',
    timeZoneDataVersion: options.timeZoneDataVersion,
  });
}

interface Times extends Pick<ScheduleParts, 'zone' | 'streams' | 'isByTheClock'> {
  /** Nothing is due before. */
  readonly beginsAtMs: number;
  readonly removed?: CompiledRecurrence['removed'];
}

function compileTimes(definition: ScheduleDefinition): Times {
  if (definition.kind === 'rrule') return compileRrule(definition);
  const zone = findZone(definition.timezone);
  switch (definition.kind) {
    case 'cron':
      return { zone, ...compileCron(definition, zone) };
    case 'once':
      return { zone, ...compileOnce(definition, zone), isByTheClock: false };
    case 'interval':
      return { zone, ...compileInterval(definition, zone), isByTheClock: true };
    default:
      return { zone, streams: [], isByTheClock: false, beginsAtMs: firstInstantMs };
  }
}
