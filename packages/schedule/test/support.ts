import { type CompileOptions, compileSchedule, type Schedule, scheduleDefinition } from '../src/index.ts';

/** Compiles what somebody would write down. */
export function compile(definition: object, options?: CompileOptions): Schedule {
  return compileSchedule(scheduleDefinition.parse(definition), options);
}

/** Compiles an rrule schedule from its text. */
export function compileText(...rule: readonly string[]): Schedule {
  return compile({ kind: 'rrule', rule: [...rule] });
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
