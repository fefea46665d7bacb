import { isJsonObject } from '@signalbox/sdk';
import type { RunRow } from './engine-tables.ts';

/** True for a run whose stepper has begun and has not said how it ended, and for one whose state nobody can read. */
export function isInTheMiddle({ state }: Pick<RunRow, 'state'>): boolean {
  try {
    const kept: unknown = JSON.parse(state ?? 'null');
    return isJsonObject(kept) && kept['status'] === 'running';
  } catch {
    return true;
  }
}
