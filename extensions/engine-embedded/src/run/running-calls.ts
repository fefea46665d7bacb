import type { CallTool } from '@signalbox/pipeline';
import type { CallingHow, CallOutcome } from '@signalbox/runs';
import { SignalboxError } from '@signalbox/sdk';

/** Makes one call. */
export type MakeCall = (command: CallTool, how: CallingHow) => Promise<CallOutcome>;

/** What is told of the calls of a run. */
export interface CallsHeard {
  /** A call has ended, which was told before, and is under way no more. */
  readonly onSettled: () => void;
  /** Making a call, or telling its end, went wrong in a way nobody expects: nobody has been told how it ended. */
  readonly onBroken: (command: CallTool, cause: unknown) => void;
}

/** The calls of one run that are under way. */
export class RunningCalls {
  readonly #make: MakeCall;
  readonly #heard: CallsHeard;
  readonly #running = new Map<string, { readonly command: CallTool; readonly controller: AbortController }>();
  #isAbandoned = false;

  constructor(make: MakeCall, heard: CallsHeard) {
    this.#make = make;
    this.#heard = heard;
  }

  get size(): number {
    return this.#running.size;
  }

  /** Those under way. */
  get commands(): readonly CallTool[] {
    return [...this.#running.values()].map(({ command }) => command);
  }

  /** Makes a call and tells its end, unless all were abandoned before. It is under way until that is told. */
  start(
    command: CallTool,
    onEnd: (outcome: CallOutcome) => Promise<void>,
    given: Omit<CallingHow, 'signal'>,
  ): void {
    // Whoever has the run now makes it, or says that it is in doubt.
    if (this.#isAbandoned) return;
    const key = keyOf(command);
    const controller = new AbortController();
    this.#running.set(key, { command, controller });
    void this.#untilTold(command, onEnd, { ...given, signal: controller.signal }).finally(() => {
      this.#running.delete(key);
      this.#heard.onSettled();
    });
  }

  /** Never rejects: a mistake in one call must not end the hub, nor leave its run waiting for ever. */
  async #untilTold(
    command: CallTool,
    onEnd: (outcome: CallOutcome) => Promise<void>,
    how: CallingHow,
  ): Promise<void> {
    try {
      const outcome = await this.#make(command, how);
      if (!this.#isAbandoned) await onEnd(outcome);
    } catch (cause) {
      if (!this.#isAbandoned) this.#heard.onBroken(command, cause);
    }
  }

  /** Asks a call to stop; its end is told as that of any other. */
  cancel(call: Pick<CallTool, 'path' | 'attempt'>): void {
    this.#running
      .get(keyOf(call))
      ?.controller.abort(new SignalboxError('cancelled', 'its run was told to stop'));
  }

  /** Stops all, and tells of none: how they ended is not known. */
  abandon(): void {
    this.#isAbandoned = true;
    const reason = new SignalboxError('cancelled', 'this node has let go of its run');
    for (const { controller } of this.#running.values()) controller.abort(reason);
  }
}

function keyOf({ path, attempt }: Pick<CallTool, 'path' | 'attempt'>): string {
  return `${path}\n${attempt}`;
}
