import { isByTheClock, type RecurRule } from './recur-rule.ts';

/** The places of BYSETPOS a period is ever long enough for; looking for the others would be work for nothing. */
export function reachablePositions(rule: RecurRule): readonly number[] | undefined {
  return rule.bySetPos?.filter((position) => Math.abs(position) <= mostDays(rule) * mostTimes(rule));
}

function mostDays({ frequency, byDay, byMonthDay }: RecurRule): number {
  if (isByTheClock(frequency) || frequency === 'DAILY') return 1;
  if (frequency === 'WEEKLY') return byDay?.length ?? 1;
  if (frequency === 'YEARLY') return 366;
  const placed = byDay?.every(({ ordinal }) => ordinal !== undefined) ? byDay.length : 31;
  return Math.min(byDay ? placed : 31, byMonthDay?.length ?? (byDay ? 31 : 1));
}

function mostTimes({ frequency, byHour, byMinute, bySecond }: RecurRule): number {
  const hours = isByTheClock(frequency) ? 1 : (byHour?.length ?? 1);
  const minutes = frequency === 'MINUTELY' || frequency === 'SECONDLY' ? 1 : (byMinute?.length ?? 1);
  return hours * minutes * (frequency === 'SECONDLY' ? 1 : (bySecond?.length ?? 1));
}
