import { SignalboxError, type Viewer } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import type { CalendarRow } from '../store/scheduler-tables.ts';

const maxCalendars = 100;

/** A calendar as somebody wants it. */
export interface CalendarWanted {
  readonly name: string;
  readonly dates: readonly string[];
  /** Stays as it is when absent. */
  readonly description?: string | undefined;
}

/** A calendar before and after somebody writes it. */
export interface CalendarDraft {
  readonly seen: CalendarRow | undefined;
  readonly row: CalendarRow;
  /** Whether its dates are others. */
  readonly isOther: boolean;
}

/** What a calendar would be; with the same dates it stays the same version. Errors: `too_large` when there are too many. */
export async function draftCalendar(
  { stores, ids, clock }: Core,
  { principal }: Viewer,
  { name, dates: given, description }: CalendarWanted,
): Promise<CalendarDraft> {
  const { org } = principal;
  const seen = await stores.calendars.find(org, name);
  if (!seen && (await stores.calendars.list(org, maxCalendars)).length === maxCalendars)
    throw new SignalboxError(
      'too_large',
      `the organization has ${maxCalendars} calendars, as many as it may; remove some`,
    );
  const dates = JSON.stringify([...new Set(given)].toSorted());
  const isOther = seen?.dates !== dates;
  const row: CalendarRow = {
    org,
    name,
    version: isOther ? ids.next() : seen.version,
    uses: seen?.uses ?? 0,
    description: description ?? seen?.description ?? '',
    dates,
    changed_kind: principal.kind,
    changed_by: principal.id,
    changed_at: clock.now(),
  };
  return { seen, row, isOther };
}
