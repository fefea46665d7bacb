import {
  type Clock,
  isSignalboxError,
  type ListKind,
  type SourceEntry,
  toSignalboxError,
} from '@signalbox/sdk';
import { deadlineSignal } from '../connect/deadline-signal.ts';
import type { Connection } from '../peer/connection.ts';
import { isSignInRefusal } from '../wire/http-errors.ts';
import { toEntries } from './entries.ts';
import { type ListBounds, listAll, offersKind } from './list-all.ts';

const kinds: readonly ListKind[] = ['tool', 'resource', 'template', 'prompt'];
const debounceMs = 50;

/** What a listing needs. */
export interface ListingParts {
  readonly clock: Clock;
  readonly bounds: ListBounds;
  /** Longest time one reading of all changed lists may take. */
  readonly timeoutMs: number;
  readonly note: (text: string) => void;
  /** Told when the entries have changed. */
  readonly onEntries: (entries: readonly SourceEntry[]) => void;
}

/** What an upstream offers, as last listed. */
export class Listing {
  readonly #parts: ListingParts;
  readonly #byKind = new Map<ListKind, readonly SourceEntry[]>();
  readonly #stale = new Set<ListKind>();
  #cancelRefresh: (() => void) | undefined;
  #current: Connection | undefined;

  constructor(parts: ListingParts) {
    this.#parts = parts;
  }

  get entries(): readonly SourceEntry[] {
    return kinds.flatMap((kind) => this.#byKind.get(kind) ?? []);
  }

  count(kind: ListKind): number {
    return this.#byKind.get(kind)?.length ?? 0;
  }

  /** Takes entries remembered from an earlier run. */
  restore(entries: readonly SourceEntry[]): void {
    for (const kind of kinds)
      this.#byKind.set(
        kind,
        entries.filter((entry) => entry.kind === kind),
      );
    this.#parts.onEntries(this.entries);
  }

  /** Lists everything a fresh connection offers. A list that is refused leaves the others alone. */
  async readAll(connection: Connection, signal: AbortSignal): Promise<void> {
    this.#current = connection;
    this.#cancelRefresh?.();
    this.#cancelRefresh = undefined;
    this.#stale.clear();
    await Promise.all(kinds.map((kind) => this.#read(connection, kind, signal)));
    this.#parts.onEntries(this.entries);
  }

  /** Lists some kinds again, now. */
  async refresh(connection: Connection, wanted: readonly ListKind[], signal: AbortSignal): Promise<void> {
    await Promise.all(wanted.map((kind) => this.#read(connection, kind, signal)));
    if (connection === this.#current) this.#parts.onEntries(this.entries);
  }

  /** Lists some kinds again soon: many changes in a row are one. */
  refreshSoon(connection: Connection, changed: readonly ListKind[], signal: AbortSignal): void {
    for (const kind of changed) this.#stale.add(kind);
    this.#cancelRefresh ??= this.#parts.clock.after(debounceMs, () => {
      this.#cancelRefresh = undefined;
      void this.#refreshStale(connection, signal);
    });
  }

  async #refreshStale(connection: Connection, signal: AbortSignal): Promise<void> {
    const wanted = [...this.#stale];
    this.#stale.clear();
    const deadline = deadlineSignal(this.#parts.clock, this.#parts.timeoutMs, signal);
    try {
      await this.refresh(connection, wanted, deadline.signal);
    } catch (error) {
      this.#parts.note(`its lists could not be read again: ${toSignalboxError(error).message}`);
    } finally {
      deadline.stop();
    }
  }

  async #read(connection: Connection, kind: ListKind, signal: AbortSignal): Promise<void> {
    if (!offersKind(connection, kind)) {
      this.#byKind.set(kind, []);
      return;
    }
    try {
      const { items, isCut } = await listAll(connection, kind, this.#parts.bounds, signal);
      // A connection that was replaced meanwhile has nothing to say any more.
      if (connection !== this.#current) return;
      const { entries, leftOut } = toEntries(kind, items, kind === 'tool' ? connection.refuseTool : accept);
      this.#byKind.set(kind, entries);
      if (kind === 'tool') connection.setTools(entries.map(({ definition }) => definition));
      if (isCut)
        this.#parts.note(`its list of ${kind}s is too long; the first ${entries.length} are offered`);
      for (const why of leftOut.slice(0, 20)) this.#parts.note(`left out ${why}`);
    } catch (error) {
      // The upstream itself refused: its other lists are still good.
      if (!isSignalboxError(error) || error.code !== 'upstream_refused' || isSignInRefusal(error))
        throw error;
      this.#parts.note(`its list of ${kind}s was refused: ${error.message}`);
    }
  }
}

function accept(): undefined {
  return undefined;
}
