import { isJsonObject, type JsonObject, type TaskDefinition, taskInput } from '@signalbox/sdk';

/** What becomes of one task of a file. */
export interface ImportPlan {
  readonly title: string;
  readonly when: string;
  /** Why it cannot be taken over; absent for one that can. */
  readonly problem?: string;
  /** What is not taken over as it is, each in words. */
  readonly notes: readonly string[];
  readonly task?: TaskDefinition;
}

/** What Ordinaut writes down of a task besides what it is. */
const bookkeeping = ['id', 'created_by', 'created_at', 'updated_at', 'next_run', 'last_run'];
const ordinautZone = 'Europe/Chisinau';

/**
 * Reads tasks as Ordinaut gives them: one, a list, or `{tasks: [...]}` (`items` as well). Nothing is dropped in silence: what there
 * is no place for here is named, and a field nobody knows keeps its task from being taken over.
 */
export function planTaskImport(document: unknown): readonly ImportPlan[] {
  return tasksIn(document).map(planOne);
}

function tasksIn(document: unknown): readonly unknown[] {
  if (Array.isArray(document)) return document;
  if (isJsonObject(document))
    for (const name of ['tasks', 'items']) if (Array.isArray(document[name])) return document[name];
  return [document];
}

function planOne(given: unknown): ImportPlan {
  if (!isJsonObject(given))
    return { title: '', when: '', problem: 'is no task: an object is wanted', notes: [] };
  const title = textOf(given['title']);
  const when = `${textOf(given['schedule_kind'])} ${textOf(given['schedule_expr'])}`.trim();
  const { fields, notes } = translate(given);
  const problem = problemOf(given, fields);
  if (problem !== undefined) return { title, when, problem, notes };
  const read = taskInput.safeParse(fields);
  if (read.success) return { title, when, notes, task: read.data };
  const issues = read.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || '(root)'}: ${message}`,
  );
  return { title, when, notes, problem: issues.slice(0, 10).join('; ') };
}

function translate(given: JsonObject): { readonly fields: JsonObject; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const fields: { [name: string]: JsonObject[string] } = {};
  for (const [name, value] of Object.entries(given)) {
    if (bookkeeping.includes(name)) notes.push(`"${name}" is left out`);
    // What Ordinaut has no value for it writes as null.
    else if (value !== null) fields[name] = value;
  }
  if (fields['timezone'] === undefined && fields['schedule_kind'] !== 'event') {
    fields['timezone'] = ordinautZone;
    notes.push(`goes by ${ordinautZone}, as Ordinaut does where no zone is named`);
  }
  if (fields['schedule_kind'] === 'rrule' && fields['dtstart'] === undefined)
    notes.push('its rule begins when it is made here');
  if (Number(fields['max_retries'] ?? 0) > 0) notes.push('retries go on at the step that failed');
  return { fields, notes };
}

function problemOf(given: JsonObject, fields: JsonObject): string | undefined {
  if (given['schedule_kind'] === 'condition')
    return 'there are no conditions here; make it due by an event, and say "when"';
  if (given['status'] === 'canceled') return 'it is canceled';
  const known: ReadonlySet<string> = new Set(Object.keys(taskInput.shape));
  const unknown = Object.keys(fields).filter((name) => !known.has(name));
  return unknown.length === 0 ? undefined : `has fields nobody knows here: ${unknown.join(', ')}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
