import { SignalboxError } from '@signalbox/sdk';
import { checksumOf } from './checksum-of.ts';
import type { Dialect, Migration } from './database.ts';

/** A migration that ran, as the store remembers it. */
export interface AppliedMigration {
  readonly owner: string;
  readonly id: number;
  readonly name: string;
  readonly checksum: string;
}

/** A migration that is to run, with its text for the dialect. */
export interface PlannedMigration extends AppliedMigration {
  readonly sql: string;
}

/** What the plan is made from. */
export interface MigrationState {
  readonly owner: string;
  readonly dialect: Dialect;
  readonly given: readonly Migration[];
  /** Rows of this owner. */
  readonly applied: readonly AppliedMigration[];
}

/**
 * Decides which migrations have to run, in order.
 * Throws `store_corrupt` when history and program disagree: changed text, unknown history, ids out of order.
 */
export function planMigrations({
  owner,
  dialect,
  given,
  applied,
}: MigrationState): readonly PlannedMigration[] {
  refuseDisorder(owner, given);
  const planned = given.map((migration) => plan(owner, dialect, migration));
  refuseUnknownHistory(planned, applied);
  refuseChangedText(planned, applied);
  const lastId = Math.max(0, ...applied.map(({ id }) => id));
  const pending = planned.filter(({ id }) => !applied.some((row) => row.id === id));
  refuseLateInsertion(pending, lastId);
  return pending;
}

function plan(owner: string, dialect: Dialect, { id, name, sql }: Migration): PlannedMigration {
  const text = typeof sql === 'string' ? sql : sql[dialect];
  return { owner, id, name, checksum: checksumOf(text), sql: text };
}

function refuseDisorder(owner: string, given: readonly Migration[]): void {
  let previousId = 0;
  for (const { id } of given) {
    if (!Number.isSafeInteger(id) || id <= previousId)
      throw refusal(
        `the migrations of "${owner}" are out of order: ${id} follows ${previousId}; ids must grow`,
      );
    previousId = id;
  }
}

function refuseUnknownHistory(
  planned: readonly PlannedMigration[],
  applied: readonly AppliedMigration[],
): void {
  for (const row of applied) {
    if (planned.some(({ id }) => id === row.id)) continue;
    throw refusal(
      `the store has migration ${row.id} "${row.name}" of "${row.owner}", which this version does not know; start the version that wrote it, or restore a backup`,
    );
  }
}

function refuseChangedText(planned: readonly PlannedMigration[], applied: readonly AppliedMigration[]): void {
  for (const row of applied) {
    const now = planned.find(({ id }) => id === row.id);
    if (now === undefined || now.checksum === row.checksum) continue;
    throw refusal(
      `migration ${row.id} "${row.name}" of "${row.owner}" has another text than the one that ran; put the old text back and add a new migration`,
    );
  }
}

function refuseLateInsertion(pending: readonly PlannedMigration[], lastId: number): void {
  const late = pending.find(({ id }) => id < lastId);
  if (late === undefined) return;
  throw refusal(
    `migration ${late.id} "${late.name}" of "${late.owner}" is out of order: ${lastId} ran before it; give it a higher id`,
  );
}

function refusal(message: string): SignalboxError {
  return new SignalboxError('store_corrupt', message, { details: { reason: 'corrupt' } });
}
