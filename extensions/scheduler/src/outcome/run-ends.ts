import { isEnded, runChanged } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import { noteEnd } from './note-end.ts';

const page = 200;

/**
 * Learns how runs end: from the engine as it happens, and by asking it, so that nothing is missed when this or another node was not
 * there.
 */
export class RunEnds {
  readonly #core: Core;
  readonly #pending = new Set<Promise<void>>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** Listens until the result is called. */
  listen(): () => void {
    return this.#core.events.on(runChanged, ({ org, run, task, status }) => {
      if (task === undefined || !isEnded(status)) return;
      const noting = noteEnd(this.#core, org, run, status)
        .catch((cause: unknown) => this.#core.log.warn('the end of a run is noted later', { run, cause }))
        .finally(() => this.#pending.delete(noting));
      this.#pending.add(noting);
    });
  }

  /** Ends when what was heard is written down. */
  async settle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /** Asks the engine about every run not known to have ended that was ordered before an instant. */
  async ask(before: number): Promise<void> {
    const { stores, engine } = this.#core;
    const ordering = engine();
    if (!ordering) return;
    for (let rows = await stores.occurrences.open(before, undefined, page); rows.length > 0; ) {
      for (const { org, run } of rows) {
        if (run === null) continue;
        const found = await ordering.find(org, run);
        if (!found) await noteEnd(this.#core, org, run, 'gone');
        else if (isEnded(found.status)) await noteEnd(this.#core, org, run, found.status);
      }
      rows = rows.length < page ? [] : await stores.occurrences.open(before, rows.at(-1), page);
    }
  }
}
