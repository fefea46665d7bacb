import { type Clock, type Log, SignalboxError, toSignalboxError } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { CoreSettings } from '../config/core-settings.ts';
import type { AuditDraft, AuditRow, AuditTables } from './audit-tables.ts';
import type { Chains, Linked } from './chains.ts';

/** What the writer works with. */
export interface WriterParts {
  readonly settings: CoreSettings['audit'];
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of rows that have reached the disk. */
  readonly onWritten: (rows: readonly AuditRow[]) => void;
}

interface Waiting {
  readonly draft: AuditDraft;
  /** Set where somebody waits for the disk. */
  readonly waiter?: { readonly resolve: () => void; readonly reject: (error: unknown) => void };
  /** How often it was tried before. */
  tries: number;
}

interface Place {
  readonly database: Database;
  readonly chains: Chains;
}

const maxBatch = 2_000;
const maxTries = 8;
const retryMs = 250;

/**
 * Brings drafts to the store in the order they came, one batch at a time, so that each gets its place in its chain when it
 * is written. Drafts somebody waits for go at once, and take the others along; the others wait a moment for company.
 */
export class AuditWriter {
  readonly #parts: WriterParts;
  #place: Place | undefined;
  #waiting: Waiting[] = [];
  #urgent = 0;
  #dropped = 0;
  #writing: Promise<boolean> | undefined;
  #cancelTimer: (() => void) | undefined;
  #immediate: NodeJS.Immediate | undefined;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Starts to write, what came before included. */
  open(place: Place): void {
    this.#place = place;
    this.#schedule();
  }

  /** Writes what waits, as far as the store lets it, and stops. */
  async close(): Promise<void> {
    await this.flush();
    this.#place = undefined;
    this.#cancelTimer?.();
    const left = this.#waiting.splice(0);
    for (const { waiter } of left) waiter?.reject(unavailable('the hub is stopping'));
    if (left.length > 0) this.#drop(left.length);
  }

  /** Adds a draft nobody waits for. One that may be dropped is, while the store is behind. */
  add(draft: AuditDraft, mayDrop: boolean): void {
    if (mayDrop && this.#isFull()) return this.#drop(1);
    this.#waiting.push({ draft, tries: 0 });
    this.#schedule();
  }

  /** Adds a draft; resolves when it is on disk. Errors: `audit_unavailable`, then nobody may act on it. */
  addDurably(draft: AuditDraft): Promise<void> {
    if (!this.#place) return Promise.reject(unavailable('the store is not open'));
    if (this.#isFull()) return Promise.reject(unavailable('the store is behind'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ draft, waiter: { resolve, reject }, tries: 0 });
      this.#urgent++;
      this.#schedule();
    });
  }

  /** Writes everything that waits; resolves when it is on disk, or the store has failed. */
  async flush(): Promise<void> {
    while (this.#writing || (this.#waiting.length > 0 && this.#place)) if (!(await this.#writeNext())) return;
  }

  #isFull(): boolean {
    return this.#waiting.length >= this.#parts.settings.maxPending;
  }

  #schedule(delayMs: number = this.#parts.settings.flushMs): void {
    if (!this.#place || this.#writing || this.#waiting.length === 0) return;
    // All requests of one turn of the event loop share the commit.
    if (this.#urgent > 0) this.#immediate ??= setImmediate(() => void this.#writeNext());
    else this.#cancelTimer ??= this.#parts.clock.after(delayMs, () => void this.#writeNext());
  }

  #writeNext(): Promise<boolean> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#immediate) clearImmediate(this.#immediate);
    this.#immediate = undefined;
    this.#writing ??= this.#write().then((isWritten) => {
      this.#writing = undefined;
      this.#schedule(isWritten ? undefined : retryMs);
      return isWritten;
    });
    return this.#writing;
  }

  async #write(): Promise<boolean> {
    const place = this.#place;
    const batch = this.#waiting.splice(0, maxBatch);
    if (!place || batch.length === 0) return true;
    for (const { waiter } of batch) if (waiter) this.#urgent--;
    try {
      this.#finish(batch, await writeBatch(place, batch));
      return true;
    } catch (error) {
      place.chains.forget();
      this.#takeBack(batch, error);
      return false;
    }
  }

  #finish(batch: readonly Waiting[], { rows }: Linked): void {
    for (const { waiter } of batch) waiter?.resolve();
    this.#parts.onWritten(rows);
  }

  /** After a failure: who waits hears of it, unless only another writer was faster; the others are tried again. */
  #takeBack(batch: Waiting[], error: unknown): void {
    const { code } = toSignalboxError(error);
    const isRace = code === 'conflict';
    const isHopeless = code === 'invalid_params';
    this.#parts.log.error('audit entries could not be written', { entries: batch.length, cause: error });
    const again: Waiting[] = [];
    for (const each of batch) {
      each.tries++;
      if (each.waiter && !(isRace && each.tries < maxTries)) each.waiter.reject(unavailable(code, error));
      else if (isHopeless) this.#drop(1);
      else again.push(each);
    }
    this.#urgent += again.filter(({ waiter }) => waiter).length;
    this.#waiting.unshift(...again);
  }

  #drop(count: number): void {
    if (this.#dropped === 0) this.#parts.log.error('audit entries are dropped: the store is behind', {});
    this.#dropped += count;
  }
}

/** Links a batch and stores it, all or none; what an earlier try has stored after all is left out. */
async function writeBatch({ database, chains }: Place, batch: readonly Waiting[]): Promise<Linked> {
  const stored = await findStored(
    database,
    batch.filter(({ tries }) => tries > 0),
  );
  const drafts = batch.map(({ draft }) => draft).filter(({ id }) => !stored.has(id));
  await chains.ensure(new Set(drafts.map(({ org }) => org)));
  const linked = chains.link(drafts);
  await database.append(
    'audit_entries',
    linked.rows as unknown as readonly { [column: string]: string | number | null }[],
  );
  chains.commit(linked);
  return linked;
}

/** A store that failed may have committed before it did. */
async function findStored(database: Database, tried: readonly Waiting[]): Promise<ReadonlySet<string>> {
  if (tried.length === 0) return new Set();
  const rows = await database
    .queries<AuditTables>()
    .selectFrom('audit_entries')
    .select('id')
    .where(
      'id',
      'in',
      tried.map(({ draft }) => draft.id),
    )
    .where('org', 'in', [...new Set(tried.map(({ draft }) => draft.org))])
    .execute();
  return new Set(rows.map(({ id }) => id));
}

function unavailable(why: string, cause?: unknown): SignalboxError {
  return new SignalboxError(
    'audit_unavailable',
    `the call was not made, because it cannot be written down (${why}); see "signalbox doctor" and the log of the hub`,
    { cause },
  );
}
