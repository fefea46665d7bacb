import type { Schedule } from '@signalbox/schedule';
import { SignalboxError, type TaskDefinition, toSignalboxError } from '@signalbox/sdk';
import type { KnownCalendars } from '../calendar/known-calendars.ts';
import { requireCalendars } from '../calendar/require-calendars.ts';
import type { Core } from '../core.ts';
import { toToolDefinition } from '../published/to-tool-definition.ts';
import { compileTask } from '../schedule/compile-task.ts';

const maxPayload = 1_048_576;
const minuteMs = 60_000;

/** A definition with nothing left open, and its schedule. */
export interface Prepared {
  readonly definition: TaskDefinition;
  readonly schedule: Schedule;
  /** Those it names, as they were read. */
  readonly calendars: KnownCalendars;
}

/**
 * Fills in what a definition leaves open – the zone, where counting begins – and refuses what could not be kept. Errors:
 * `invalid_params`, `too_large`.
 */
export async function prepareDefinition(
  core: Core,
  given: TaskDefinition,
  { org, task }: { readonly org: string; readonly task: string },
): Promise<Prepared> {
  const timezone = given.timezone ?? (hasZone(given) ? undefined : core.settings.timezone);
  const begun = given.dtstart ?? firstStart(given, core.clock.now());
  const definition: TaskDefinition = {
    ...given,
    ...(timezone === undefined ? {} : { timezone }),
    ...(begun === undefined ? {} : { dtstart: begun }),
  };
  checkKind(definition);
  checkKeys(core, definition);
  checkOverlap(definition);
  if (definition.publish_as) toToolDefinition(definition, definition.publish_as);
  if (JSON.stringify(definition.payload).length > maxPayload)
    throw new SignalboxError('too_large', `a pipeline has at most ${maxPayload} characters of JSON`);
  const calendars = await requireCalendars(core, org, definition);
  const schedule = compileTask(definition, {
    seed: task,
    zoneData: core.zoneData,
    calendars: calendars.dates,
  });
  return { definition: { ...definition, timezone: schedule.timezone }, schedule, calendars };
}

/** A rule may bring its own zone and start. */
function hasZone({ schedule_kind: kind, schedule_expr: text }: TaskDefinition): boolean {
  return kind === 'rrule' && /^DTSTART[^\n]*TZID=/im.test(text);
}

function firstStart({ schedule_kind: kind, schedule_expr: text }: TaskDefinition, nowMs: number) {
  if (kind === 'interval') return new Date(Math.floor(nowMs / 1_000) * 1_000).toISOString();
  if (kind !== 'rrule' || /^DTSTART/im.test(text)) return undefined;
  // Kept with the task, so that it counts from here whenever it is asked.
  return new Date(Math.floor(nowMs / minuteMs) * minuteMs).toISOString();
}

const ofEvents = ['when', 'rate', 'debounce_seconds'] as const;
const ofTimes = ['dtstart', 'dst', 'exclude', 'jitter_seconds'] as const;
const ofAny = ['starts_at', 'ends_at'] as const;

function checkKind(definition: TaskDefinition): void {
  const { schedule_kind: kind, schedule_expr: text } = definition;
  if (kind === 'manual' && text !== '')
    throw invalid('"schedule_expr" has no meaning for a task that is only run by hand');
  if (kind !== 'manual' && text === '')
    throw invalid(`"schedule_expr" is missing: it says when a task is due by ${kind}`);
  const foreign: readonly (keyof TaskDefinition)[] = foreignTo(kind);
  const field = foreign.find((name) => definition[name] !== undefined);
  if (field !== undefined) throw invalid(`"${field}" has no meaning for a task that is due by ${kind}`);
  const counts = kind === 'rrule' || kind === 'interval' || definition.dtstart === undefined;
  if (!counts) throw invalid(`"dtstart" has no meaning for a task that is due by ${kind}`);
}

function foreignTo(kind: TaskDefinition['schedule_kind']): readonly (keyof TaskDefinition)[] {
  if (kind === 'manual') return [...ofTimes, ...ofEvents, ...ofAny];
  return kind === 'event' ? ofTimes : ofEvents;
}

function checkKeys({ knowledge }: Core, definition: TaskDefinition): void {
  for (const name of ['concurrency_key', 'dedupe_key'] as const) checkKey(knowledge, definition, name);
  if (definition.dedupe_key !== undefined && definition.dedupe_window_seconds === 0)
    throw invalid('"dedupe_key" needs "dedupe_window_seconds"');
  if (definition.when === undefined) return;
  if (!knowledge.matches) throw invalid('"when" is not understood on this hub; leave it out');
  knowledge.matches(definition.when, null);
}

/** A key that cannot be made would be found out when the task is due. */
function checkKey(
  knowledge: Core['knowledge'],
  definition: TaskDefinition,
  name: 'concurrency_key' | 'dedupe_key',
): void {
  const key = definition[name];
  if (!key?.includes('${')) return;
  if (!knowledge.render)
    throw invalid(`"${name}" may hold no template "\${…}" on this hub; write it as plain text`);
  const roots = [
    'params',
    'task',
    'scheduled_at',
    'now',
    ...(definition.schedule_kind === 'event' ? ['event'] : []),
  ];
  try {
    knowledge.checkKey?.(key, roots);
  } catch (error) {
    throw invalid(`"${name}": ${toSignalboxError(error).message}`);
  }
}

function checkOverlap({ overlap, concurrency_key: key, concurrency_limit: limit }: TaskDefinition): void {
  if (key === undefined || limit === 1 || overlap === 'skip' || overlap === 'allow') return;
  throw invalid(
    `overlap "${overlap}" keeps runs of the task apart, and a concurrency_limit of ${limit} lets them run at once; use a limit of 1, or overlap "skip" or "allow"`,
  );
}

function invalid(problem: string): SignalboxError {
  return new SignalboxError('invalid_params', `the task is not right: ${problem}`);
}
