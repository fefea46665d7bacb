import { formatDate, formatTimeOfDay, type LocalMs } from '../zone/local-time.ts';

/** Says that a time was moved because the clocks are put forward over it. */
export function describeMove(localMs: LocalMs, shownMs: LocalMs, zone: string): string {
  return `${missing(localMs, zone)}; moved to ${formatTimeOfDay(shownMs)}`;
}

/** Says that a time was left out because the clocks are put forward over it. */
export function describeSkip(localMs: LocalMs, zone: string): string {
  return `${missing(localMs, zone)}; left out`;
}

/** Says which is meant of a time that comes twice because the clocks are put back. */
export function describeRepeat(
  repeat: { readonly localMs: LocalMs; readonly isSecond: boolean; readonly both: boolean },
  zone: string,
): string {
  const what = `${formatTimeOfDay(repeat.localMs)} comes twice on ${formatDate(repeat.localMs)} in ${zone}`;
  return `${what}; this is the ${repeat.isSecond ? 'second' : 'first'}${repeat.both ? ' of both' : ''}`;
}

function missing(localMs: LocalMs, zone: string): string {
  return `${formatTimeOfDay(localMs)} does not exist on ${formatDate(localMs)} in ${zone}`;
}
