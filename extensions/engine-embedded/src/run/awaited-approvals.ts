import type { CallTool } from '@signalbox/pipeline';
import { type ApprovalChannel, SignalboxError, type StoreWrite } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { markCall } from './unmade-calls.ts';

/** What it works with. */
export interface AwaitedParts {
  readonly database: Database;
  readonly run: string;
  /** Resolves when it is written that only the holder of the run could write; lets go of the run otherwise, and never resolves. */
  readonly writeHeld: (writes: readonly StoreWrite[]) => Promise<void>;
  /** Told when a call begins to wait, or waits no more. */
  readonly onChange: () => void;
  /** Resolves when none of the run's calls are just told to stop. Errors: `cancelled` when the run has ended here. */
  readonly mayBegin: () => Promise<void>;
  /** True when no more calls are made here. */
  readonly isLeaving: () => boolean;
}

/**
 * The calls of one run that wait for somebody's approval. That they do is kept until right before they are made, so that after a crash
 * they are known not to have begun.
 */
export class AwaitedApprovals {
  readonly #parts: AwaitedParts;
  readonly #waiting = new Set<string>();
  readonly #begun = new Set<string>();

  constructor(parts: AwaitedParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** For one call; `isKept` where the store says already that it waits, or has not been made. */
  channelOf(call: CallTool, isKept: boolean): ApprovalChannel {
    const key = keyOf(call);
    let isMarked = isKept;
    const keep = async (approval: string | null): Promise<void> => {
      const { database, run, writeHeld } = this.#parts;
      await writeHeld([markCall(database, run, call, { approval, begun_at: null })]);
      isMarked = approval !== null;
      if (isMarked) this.#waiting.add(key);
      else this.#waiting.delete(key);
      this.#parts.onChange();
    };
    return {
      waits: keep,
      begins: async () => {
        // Its tool may go any moment: it is made when the run is taken up again.
        if (this.#parts.isLeaving()) throw new SignalboxError('cancelled', 'this node stops');
        if (isMarked) await keep(null);
        await this.#parts.mayBegin();
        this.#begun.add(key);
      },
    };
  }

  /** True while the store says that it waits. */
  isWaiting(call: CallTool): boolean {
    return this.#waiting.has(keyOf(call));
  }

  /** True when its target may have heard of it. */
  hasBegun(call: CallTool): boolean {
    return this.#begun.has(keyOf(call));
  }

  /** Told when a call has ended, made or not. */
  forget(call: CallTool): void {
    this.#waiting.delete(keyOf(call));
    this.#begun.delete(keyOf(call));
  }
}

function keyOf({ path, attempt }: CallTool): string {
  return `${path}\n${attempt}`;
}
