import {
  type Crew,
  claimRuns,
  type EngineSettings,
  nextDueAt,
  type RunRow,
  type RunsRoom,
} from '@signalbox/runs';
import type { Clock, Log } from '@signalbox/sdk';
import type { Client } from '@temporalio/client';
import { compareRuns } from './compare-runs.ts';
import { forwardLetters } from './forward-letters.ts';
import { handOver, unopenedRuns } from './handed-over.ts';
import { startWorkflow } from './start-workflow.ts';

/** What runs are handed to Temporal with. */
export interface CrewParts extends Pick<RunsRoom, 'children' | 'database' | 'onStatus' | 'writeNote'> {
  readonly settings: EngineSettings;
  /** Names this node while it runs. */
  readonly node: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Undefined while Temporal is not there. */
  readonly client: () => Client | undefined;
}

const claimAtOnce = 50;
const unopenedAtOnce = 200;
/** How many looks of the poll it takes until runs and workflows are compared again. */
const looksPerComparison = 10;

/** Takes runs that are due to Temporal, and letters to their workflows. Any node does, and twice does no harm. */
export class TemporalCrew implements Crew {
  readonly #parts: CrewParts;
  /** Asked to start on this node, until their workflow was seen. */
  readonly #started = new Set<string>();
  #looking: Promise<void> | undefined;
  #mustLookAgain = false;
  #isStopped = true;
  #comparedAfter = '';
  #looks = 0;
  #cancelPoll: () => void = () => undefined;
  #cancelDue: () => void = () => undefined;

  constructor(parts: CrewParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#isStopped = false;
    this.#planPoll();
    this.look();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelPoll();
    this.#cancelDue();
    await this.#looking;
  }

  look = (): void => {
    if (this.#isStopped) return;
    this.#mustLookAgain = true;
    this.#looking ??= this.#lookWhileNeeded().then(() => {
      this.#looking = undefined;
      if (this.#mustLookAgain) this.look();
    });
  };

  tell = (): Promise<void> => {
    this.look();
    return Promise.resolve();
  };

  /** Compares all runs with their workflows, now. Errors: those of the store and of Temporal. */
  async compare(): Promise<void> {
    const client = this.#parts.client();
    if (client) this.#comparedAfter = await compareRuns(client, this.#parts, this.#comparedAfter);
  }

  async #lookWhileNeeded(): Promise<void> {
    while (this.#mustLookAgain && !this.#isStopped) {
      this.#mustLookAgain = false;
      try {
        const client = this.#parts.client();
        if (client) await this.#lookOnce(client);
      } catch (cause) {
        this.#parts.log.warn('runs could not be handed to Temporal', { cause });
      }
    }
  }

  async #lookOnce(client: Client): Promise<void> {
    await this.#claim();
    await this.#startAll(client);
    while ((await forwardLetters(client, this.#parts)) > 0);
    await this.#planNextDue();
  }

  async #claim(): Promise<void> {
    const { database, settings, clock, node } = this.#parts;
    for (;;) {
      const claim = { node, now: clock.now(), leaseMs: settings.leaseMs, limit: claimAtOnce, held: [] };
      const rows = await claimRuns(database, claim);
      for (const row of rows) await database.together(handOver(database, row));
      if (rows.length < claimAtOnce || this.#isStopped) return;
    }
  }

  /** Those handed over a while ago are started again: whoever wanted to may be gone. */
  async #startAll(client: Client): Promise<void> {
    const rows = await unopenedRuns(this.#parts.database, unopenedAtOnce);
    await Promise.all(rows.map((row) => this.#startOne(client, row)));
  }

  async #startOne(client: Client, row: RunRow): Promise<void> {
    const key = `${row.id} ${row.lease_epoch}`;
    if (this.#started.has(key)) return;
    this.#started.add(key);
    try {
      await startWorkflow(client, this.#parts.settings, row);
    } catch (error) {
      this.#started.delete(key);
      throw error;
    }
  }

  async #planNextDue(): Promise<void> {
    const { database, clock, settings } = this.#parts;
    const next = await nextDueAt(database);
    this.#cancelDue();
    if (next === undefined || this.#isStopped) return;
    const delay = next - clock.now();
    // What is due already waits for a place, and is looked for when one is free.
    if (delay > 0 && delay < settings.pollMs * 2) this.#cancelDue = clock.after(delay, this.look);
  }

  #planPoll(): void {
    const { clock, settings, log } = this.#parts;
    this.#cancelPoll = clock.after(settings.pollMs, () => {
      this.#planPoll();
      this.look();
      this.#looks += 1;
      if (this.#looks % looksPerComparison !== 0) return;
      // Forgotten now and then, so that a start Temporal has lost is asked for again.
      this.#started.clear();
      this.compare().catch((cause: unknown) =>
        log.warn('runs could not be compared with Temporal', { cause }),
      );
    });
  }
}
