import type { CallTool } from '@signalbox/pipeline';
import type { CallingHow, CallOutcome } from '@signalbox/runs';
import { SignalboxError } from '@signalbox/sdk';

/** Makes one call. */
export type MakeCall = (command: CallTool, how: CallingHow) => Promise<CallOutcome>;

/** The calls of one run that are under way. */
export class RunningCalls {
  readonly #make: MakeCall;
  readonly #onSettled: () => void;
  readonly #running = new Map<string, { readonly command: CallTool; readonly controller: AbortController }>();
  #isAbandoned = false;

  constructor(make: MakeCall, onSettled: () => void) {
    this.#make = make;
    this.#onSettled = onSettled;
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
    void this.#make(command, { ...given, signal: controller.signal }).then(async (outcome) => {
      if (!this.#isAbandoned) await onEnd(outcome);
      this.#running.delete(key);
      this.#onSettled();
    });
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
