import type { Clock, Events, Log } from '@signalbox/sdk';
import type { DirectoryChanges } from '../store/directory-changes.ts';
import { forgetOrganization } from './forget-organization.ts';

const retryMs = 60_000;

/** Brings the removal of organizations to its end: when the hub dies on the way, the next start goes on. */
export class Removals {
  readonly #parts: {
    readonly changes: DirectoryChanges;
    readonly events: Events;
    readonly clock: Clock;
    readonly log: Log;
  };
  readonly #retries = new Map<string, () => void>();
  #isStopped = false;

  constructor(parts: {
    readonly changes: DirectoryChanges;
    readonly events: Events;
    readonly clock: Clock;
    readonly log: Log;
  }) {
    this.#parts = parts;
  }

  /** Has everybody forget an organization that was removed, here and then on the other nodes; again after a minute if need be. */
  async finish(org: string): Promise<void> {
    if (!(await this.#forget(org))) this.#planRetry(org);
  }

  /** Goes on with what an earlier run of the hub has left. */
  async resume(): Promise<void> {
    const rows = await this.#parts.changes.rows
      .selectFrom('directory_removed_orgs')
      .select('id')
      .where('forgotten_at', 'is', null)
      .execute();
    for (const { id } of rows) await this.finish(id);
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#retries.values()) cancel();
  }

  async #forget(org: string): Promise<boolean> {
    const { changes, clock, log } = this.#parts;
    if (!(await forgetOrganization(this.#parts, org))) return false;
    try {
      await changes.change(async ({ rows, note }) => {
        await rows
          .updateTable('directory_removed_orgs')
          .set({ forgotten_at: clock.now() })
          .where('id', '=', org)
          .execute();
        // Every node forgets once more, this one, too: what was under way may have written something since.
        note({ kind: 'removal', org });
      });
      return true;
    } catch (cause) {
      log.error('the end of the removal of an organization could not be kept', { org, cause });
      return false;
    }
  }

  #planRetry(org: string): void {
    if (this.#isStopped) return;
    const cancel = this.#parts.clock.after(retryMs, () => {
      this.#retries.delete(org);
      void this.finish(org);
    });
    this.#retries.set(org, cancel);
  }
}
