import { quote, refuseValue } from './definition/refuse.ts';
import type { Occurrence } from './occurrence.ts';
import type { Schedule } from './schedule.ts';
import { findZone } from './zone/find-zone.ts';
import { readLocal } from './zone/local-time.ts';
import type { Zone } from './zone/zone.ts';

/** What different zone data makes of a time that was written down. */
export type OccurrenceChange =
  | { readonly kind: 'moved'; readonly local: string; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'gone'; readonly local: string; readonly fromMs: number }
  | { readonly kind: 'new'; readonly local: string; readonly toMs: number };

/** What has to be kept of an occurrence to find out later whether it moved. */
export type RecordedOccurrence = Pick<Occurrence, 'nominalAtMs' | 'local'>;

/** Changes of the clocks that are further from a local time than this do not matter to it. */
const nearMs = 26 * 3_600_000;

const maxFound = 20_000;

/**
 * Finds out what became of occurrences that were found with other zone data. They have to be consecutive ones of this schedule;
 * told apart by what the wall clock shows, for that is what somebody wrote down, or by the instant where it goes by time that passes.
 * Nothing is said of times outside the list. Throws `invalid_params` when there are more than 20,000 around them.
 */
export function recompute(
  schedule: Schedule,
  recorded: readonly RecordedOccurrence[],
): readonly OccurrenceChange[] {
  const old = [...recorded].sort((a, b) => a.nominalAtMs - b.nominalAtMs);
  const [first, last] = [old[0], old.at(-1)];
  if (!first || !last) return [];
  if (schedule.isByTheClock)
    return compareInstants(old, listUntil(schedule, first.nominalAtMs - 1, last.nominalAtMs));
  const shown = old.map(({ local }) => local).sort();
  const [low, high] = [shown[0] ?? '', shown.at(-1) ?? ''];
  const zone = findZone(schedule.timezone);
  const [earliest] = boundsOf(low, zone);
  const [, latest] = boundsOf(high, zone);
  const found = listUntil(schedule, earliest - 1, latest);
  const current = group(found.filter(({ local }) => local >= low && local <= high));
  const changes: OccurrenceChange[] = [];
  for (const [local, before] of group(old)) {
    const now = current.get(local) ?? [];
    current.delete(local);
    for (let index = 0; index < Math.max(before.length, now.length); index++) {
      const change = compare(local, before[index], now[index]);
      if (change) changes.push(change);
    }
  }
  for (const [local, times] of current) for (const toMs of times) changes.push({ kind: 'new', local, toMs });
  return changes.sort((a, b) => timeOf(a) - timeOf(b));
}

/** Between which instants a local time is, also where clocks are changed near it. */
function boundsOf(local: string, zone: Zone): readonly [earliestMs: number, latestMs: number] {
  const localMs = readLocal(local) ?? refuseValue(`${quote(local)} is no local time that was written down`);
  const offsets = [localMs - nearMs, localMs + nearMs].map((ms) => zone.offsetAt(ms));
  return [localMs - Math.max(...offsets), localMs - Math.min(...offsets)];
}

function compare(
  local: string,
  fromMs: number | undefined,
  toMs: number | undefined,
): OccurrenceChange | undefined {
  if (fromMs === toMs) return undefined;
  if (fromMs === undefined) return toMs === undefined ? undefined : { kind: 'new', local, toMs };
  return toMs === undefined ? { kind: 'gone', local, fromMs } : { kind: 'moved', local, fromMs, toMs };
}

/** What comes twice on the wall clock is told apart by its order. */
function group(occurrences: readonly RecordedOccurrence[]): Map<string, number[]> {
  const byLocal = new Map<string, number[]>();
  for (const { local, nominalAtMs } of occurrences)
    byLocal.set(local, [...(byLocal.get(local) ?? []), nominalAtMs]);
  return byLocal;
}

function listUntil(schedule: Schedule, fromMs: number, toMs: number): readonly Occurrence[] {
  const found: Occurrence[] = [];
  for (let next = schedule.next(fromMs); next && next.nominalAtMs <= toMs; ) {
    found.push(next);
    if (found.length > maxFound)
      refuseValue(`more than ${maxFound} occurrences would have to be found again; give fewer of them`);
    next = schedule.next(next.nominalAtMs);
  }
  return found;
}

function compareInstants(
  old: readonly RecordedOccurrence[],
  found: readonly RecordedOccurrence[],
): readonly OccurrenceChange[] {
  const [before, now] = [old, found].map((each) => new Set(each.map(({ nominalAtMs }) => nominalAtMs)));
  const gone = old.filter(({ nominalAtMs }) => !now?.has(nominalAtMs));
  const added = found.filter(({ nominalAtMs }) => !before?.has(nominalAtMs));
  return [
    ...gone.map(({ local, nominalAtMs }) => ({ kind: 'gone' as const, local, fromMs: nominalAtMs })),
    ...added.map(({ local, nominalAtMs }) => ({ kind: 'new' as const, local, toMs: nominalAtMs })),
  ].sort((a, b) => timeOf(a) - timeOf(b));
}

function timeOf(change: OccurrenceChange): number {
  return change.kind === 'new' ? change.toMs : change.fromMs;
}
