import { isSignalboxError } from '@signalbox/sdk';
import { type CompileOptions, compileSchedule, type Schedule, scheduleDefinition } from '../src/index.ts';

/** Compiles what somebody would write down. */
export function compile(definition: object, options?: CompileOptions): Schedule {
  return compileSchedule(scheduleDefinition.parse(definition), options);
}

/** Compiles an rrule schedule from its text. */
export function compileText(...rule: readonly string[]): Schedule {
  return compile({ kind: 'rrule', rule: [...rule] });
}

/** {@link compile}; undefined for a rule that is refused because its COUNT is too far to count, as of one that never comes. */
export function compileCountable(definition: object): Schedule | undefined {
  try {
    return compile(definition);
  } catch (error) {
    if (isSignalboxError(error) && error.message.includes('too far to count')) return undefined;
    throw error;
  }
}

/** The first occurrences after an instant, as instants in ISO 8601. */
export function instants(schedule: Schedule, after: string, count: number): readonly string[] {
  return schedule.preview(Date.parse(after), count).map(({ nominalAtMs }) => iso(nominalAtMs));
}

/** The first local times after an instant. */
export function locals(schedule: Schedule, after: string, count: number): readonly string[] {
  return schedule.preview(Date.parse(after), count).map(({ local }) => local);
}

/** An instant without milliseconds: `2026-03-29T00:30:00Z`. */
export function iso(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
