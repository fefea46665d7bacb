import { type AuditEntry, type AuditSelection, SignalboxError } from '@signalbox/sdk';
import { toEntry } from './audit-entry.ts';
import type { AuditRow } from './audit-tables.ts';
import { isSelected } from './select-entries.ts';

const maxWaiting = 5_000;

/** Hands entries to those who follow the audit, as they are written. */
export class Followers {
  readonly #listeners = new Set<(rows: readonly AuditRow[]) => void>();

  /** Tells of rows that have reached the disk. */
  tell(rows: readonly AuditRow[]): void {
    for (const listener of this.#listeners) listener(rows);
  }

  /** The selected entries from now on, until the signal. Errors: `overloaded` for a reader that is too slow. */
  async *follow(selection: AuditSelection, signal: AbortSignal): AsyncGenerator<AuditEntry> {
    const waiting: AuditRow[] = [];
    let wake = Promise.withResolvers<void>();
    const listen = (rows: readonly AuditRow[]): void => {
      for (const row of rows)
        if (waiting.length <= maxWaiting && isSelected(row, selection)) waiting.push(row);
      wake.resolve();
    };
    const stop = (): void => wake.resolve();
    this.#listeners.add(listen);
    signal.addEventListener('abort', stop, { once: true });
    try {
      while (!signal.aborted) {
        if (waiting.length > maxWaiting)
          throw new SignalboxError(
            'overloaded',
            'entries come faster than they are read; narrow what is followed',
          );
        for (const row of waiting.splice(0)) yield toEntry(row);
        if (waiting.length > 0) continue;
        await wake.promise;
        wake = Promise.withResolvers();
      }
    } finally {
      this.#listeners.delete(listen);
      signal.removeEventListener('abort', stop);
    }
  }
}
