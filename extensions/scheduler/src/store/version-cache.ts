import type { Schedule } from '@signalbox/schedule';
import { SignalboxError, standInKept, taskInput } from '@signalbox/sdk';
import type { KnownCalendars } from '../calendar/known-calendars.ts';
import { compileTask } from '../schedule/compile-task.ts';
import type { VersionRow } from './scheduler-tables.ts';
import type { TaskVersion } from './task.ts';

const maxKept = 5_000;

/** Reads versions and compiles their schedules, each once: a version never changes. */
export class VersionCache {
  readonly #zoneData: string;
  readonly #kept = new Map<string, TaskVersion>();

  constructor(zoneData: string) {
    this.#zoneData = zoneData;
  }

  get(org: string, task: string, version: number): TaskVersion | undefined {
    const key = keyOf(org, task, version);
    const known = this.#kept.get(key);
    if (!known) return undefined;
    // The one used last goes last.
    this.#kept.delete(key);
    this.#kept.set(key, known);
    return known;
  }

  /** Errors: `store_corrupt`. */
  read(row: VersionRow): TaskVersion {
    const version = readVersion(row, this.#zoneData);
    this.#kept.set(keyOf(row.org, row.task, row.version), version);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > maxKept && oldest !== undefined) this.#kept.delete(oldest);
    return version;
  }
}

function keyOf(...parts: readonly (string | number)[]): string {
  return parts.join('\n');
}

function readVersion({ task, version, ...row }: VersionRow, zoneData: string): TaskVersion {
  const definition = taskInput.safeParse(parseJson(row.definition));
  const runAs = standInKept.safeParse(parseJson(row.run_as));
  if (!definition.success || !runAs.success)
    throw new SignalboxError(
      'store_corrupt',
      `version ${version} of the task ${task} cannot be read; restore a backup, or cancel the task`,
    );
  let compiled: { readonly version: string; readonly schedule: Schedule } | undefined;
  const scheduleBy = ({ version: known, dates }: KnownCalendars): Schedule => {
    if (compiled?.version !== known)
      compiled = {
        version: known,
        schedule: compileTask(definition.data, { seed: task, zoneData, calendars: dates }),
      };
    return compiled.schedule;
  };
  return {
    definition: definition.data,
    runAs: runAs.data,
    scheduleBy,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
