import type { CallTool } from '@signalbox/pipeline';
import type { CallingHow } from '@signalbox/runs';
import { SignalboxError, type StoreWrite } from '@signalbox/sdk';
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

/** A call that has not ended. */
interface OpenCall {
  readonly command: CallTool;
  readonly key: string;
  /** The store says that it waits, or has not been made. */
  isMarked: boolean;
  hasEnded: boolean;
  /** What is written of it. */
  writing: Promise<void> | undefined;
}

/**
 * The calls of one run that wait for somebody's approval. That they do is kept until right before they are made, so that after a crash
 * they are known not to have begun. Of a call that has ended nothing is written: whoever let it go on did not know.
 */
export class AwaitedApprovals {
  readonly #parts: AwaitedParts;
  readonly #open = new Map<string, OpenCall>();
  readonly #waiting = new Set<string>();
  /** Ended ones among them: that one was made is asked until its end is told. */
  readonly #begun = new WeakSet<CallTool>();

  constructor(parts: AwaitedParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** What tells of one call how far it has come; `isKept` where the store says already that it waits, or has not been made. */
  open(command: CallTool, isKept: boolean): Required<Pick<CallingHow, 'approval' | 'mayBegin'>> {
    const key = keyOf(command);
    const call: OpenCall = { command, key, isMarked: isKept, hasEnded: false, writing: undefined };
    this.#open.set(key, call);
    const mayBegin = async (): Promise<void> => {
      this.#refuseUnmade(call);
      await this.#parts.mayBegin();
      this.#refuseUnmade(call);
    };
    return {
      mayBegin,
      approval: {
        waits: (approval) => this.#keep(call, approval),
        begins: async () => {
          await mayBegin();
          if (call.isMarked) {
            await this.#keep(call, null);
            await mayBegin();
          }
          this.#begun.add(command);
        },
      },
    };
  }

  /** True while the store surely says that it waits. */
  isWaiting(call: CallTool): boolean {
    return this.#waiting.has(keyOf(call));
  }

  /** True when its target may have heard of it. */
  hasBegun(call: CallTool): boolean {
    return this.#begun.has(call);
  }

  /** Told when a call has ended, made or not. Gives what is still being written of it, which has to be there before its end is. */
  forget(command: CallTool): Promise<void> | undefined {
    const key = keyOf(command);
    const call = this.#open.get(key);
    this.#open.delete(key);
    this.#waiting.delete(key);
    if (call) call.hasEnded = true;
    return call?.writing;
  }

  async #keep(call: OpenCall, approval: string | null): Promise<void> {
    refuseEnded(call);
    const { database, run, writeHeld, onChange } = this.#parts;
    // While that is taken away the store may say already that it has begun: who leaves now does not leave it as one that waits.
    if (approval === null) this.#waiting.delete(call.key);
    call.writing = writeHeld([markCall(database, run, call.command, { approval, begun_at: null })]);
    await call.writing;
    call.writing = undefined;
    refuseEnded(call);
    call.isMarked = approval !== null;
    if (call.isMarked) this.#waiting.add(call.key);
    onChange();
  }

  /** Its tool may go any moment when this node leaves: it is made when the run is taken up again. */
  #refuseUnmade(call: OpenCall): void {
    if (this.#parts.isLeaving()) throw new SignalboxError('cancelled', 'this node stops');
    refuseEnded(call);
  }
}

function refuseEnded({ hasEnded }: OpenCall): void {
  if (hasEnded) throw new SignalboxError('cancelled', 'the call has ended, and is not made');
}

function keyOf({ path, attempt }: CallTool): string {
  return `${path}\n${attempt}`;
}
