import { Cron } from 'croner';
import { toDstPolicy } from '../definition/dst-policy.ts';
import { quote, refuse } from '../definition/refuse.ts';
import type { DefinitionOf } from '../definition/schedule-definition.ts';
import type { Stream } from '../stream/stream.ts';
import { wallStream } from '../stream/wall-stream.ts';
import type { Zone } from '../zone/zone.ts';
import { checkCron } from './check-cron.ts';

/** From here on the calendar is searched once for a first time; it repeats after 400 years, so there is one here or nowhere. */
const searchFrom = new Date(Date.UTC(2000, 0, 1) - 1_000);

/** One question to croner counts as so many candidates: it takes as long. */
const questionCost = 40;

/** A cron schedule, ready to be asked. */
export interface CompiledCron {
  readonly streams: readonly Stream[];
  readonly isByTheClock: boolean;
}

/**
 * Compiles a cron schedule. croner finds the times on a wall clock that is never changed (an offset of 0), and what becomes of
 * them in the zone is ours. Throws `invalid_params` for what is no expression and for one that never comes, such as 31 February.
 */
export function compileCron(definition: DefinitionOf<'cron'>, zone: Zone): CompiledCron {
  const { expression, isByTheHour, isEveryHour } = checkCron(definition.expression);
  const cron = openCron(expression);
  if (!cron.nextRun(searchFrom))
    refuse('cron', { line: 1, column: 1 }, 'there is no such day in any year, so it would never be due');
  // Where the hour is left open, it is due in every hour that really passes: none in a gap, both of an hour that comes twice.
  const dst = isByTheHour ? ({ gap: 'skip', overlap: 'both' } as const) : toDstPolicy('cron', definition.dst);
  const stream = wallStream(
    (afterMs, work) => {
      if (!work.spend(questionCost)) return undefined;
      const next = cron.nextRun(new Date(afterMs))?.getTime();
      return next === undefined || work.isBeyond(next) ? undefined : next;
    },
    { zone, dst, hasNotes: !isByTheHour },
  );
  return { streams: [stream], isByTheClock: isEveryHour };
}

/** What was checked can be read; should croner think otherwise, the error is ours. */
function openCron(expression: string): Cron {
  try {
    return new Cron(expression, { utcOffset: 0, paused: true, mode: '5-or-6-parts' });
  } catch {
    return refuse('cron', { line: 1, column: 1 }, `${quote(expression)} cannot be read`);
  }
}
