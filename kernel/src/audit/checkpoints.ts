import { appendFile } from 'node:fs/promises';
import type { Clock, Log } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { CheckpointRow } from './audit-tables.ts';
import type { Chains } from './chains.ts';
import type { NodeKey } from './node-key.ts';
import { checkpointText, toCheckpoint } from './signed-texts.ts';

/** What checkpoints are made with. */
export interface CheckpointParts {
  readonly database: Database;
  readonly chains: Chains;
  readonly key: NodeKey;
  readonly clock: Clock;
  readonly log: Log;
  /** Absolute path of a file that gets each checkpoint as a line too. */
  readonly anchorFile: string | undefined;
}

const everyMs = 60_000;
const everyEntries = 1_000;

/** Signs how far each chain has come: every minute in which it grew, every 1,000 entries, and at the end. */
export class Checkpoints {
  readonly #parts: CheckpointParts;
  #making: Promise<void> = Promise.resolve();
  #isAsked = false;
  #cancelTimer: () => void = () => undefined;

  constructor(parts: CheckpointParts) {
    this.#parts = parts;
  }

  /** Begins to count the minutes, and makes sure that there is an anchor file. */
  async start(): Promise<void> {
    this.#startTimer();
    await this.#anchor('');
  }

  /** Makes the last ones. */
  async stop(): Promise<void> {
    this.#cancelTimer();
    await this.make(1);
  }

  /** Told that chains have grown. */
  noteGrowth(): void {
    const { chains } = this.#parts;
    const isDue = [...chains.heads().values()].some(
      ({ seq, checkpoint }) => seq - checkpoint.seq >= everyEntries,
    );
    if (!isDue || this.#isAsked) return;
    this.#isAsked = true;
    void this.make(everyEntries);
  }

  /** Makes one for each chain that grew by as many entries; one that cannot be kept is made later. */
  make(minEntries: number): Promise<void> {
    this.#making = this.#making.then(async () => {
      this.#isAsked = false;
      for (const org of this.#parts.chains.heads().keys()) await this.#makeOne(org, minEntries);
    });
    return this.#making;
  }

  async #makeOne(org: string, minEntries: number): Promise<void> {
    const { database, chains, log } = this.#parts;
    const row = this.#sign(org, minEntries);
    if (!row) return;
    try {
      await database.append('audit_checkpoints', [{ ...row }]);
      chains.noteCheckpoint(org, row);
    } catch (error) {
      chains.forget();
      log.error('a checkpoint of the audit could not be kept', { org, cause: error });
      return;
    }
    await this.#anchor(`${JSON.stringify({ type: 'checkpoint', ...toCheckpoint(row) })}\n`);
  }

  #startTimer(): void {
    this.#cancelTimer = this.#parts.clock.after(everyMs, () => {
      void this.make(1);
      this.#startTimer();
    });
  }

  #sign(org: string, minEntries: number): CheckpointRow | undefined {
    const { chains, key, clock } = this.#parts;
    const head = chains.heads().get(org);
    if (!head || head.seq - head.checkpoint.seq < minEntries) return undefined;
    const row = {
      org,
      node: key.node,
      number: head.checkpoint.number + 1,
      seq: head.seq,
      hash: head.hash,
      open_from: chains.openFrom(org),
      at: clock.now(),
    };
    return { ...row, signature: key.sign(checkpointText(row)) };
  }

  async #anchor(line: string): Promise<void> {
    const { anchorFile, log } = this.#parts;
    if (anchorFile === undefined) return;
    try {
      await appendFile(anchorFile, line, { mode: 0o600 });
    } catch (error) {
      log.error('a checkpoint of the audit could not be anchored', { path: anchorFile, cause: error });
    }
  }
}
