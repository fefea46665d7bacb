import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/** The timers of a run, each a timer of the workflow. */
export class WorkflowTimers {
  readonly #onDue: (name: string) => void;
  readonly #running = new Map<string, { readonly dueAtMs: number; readonly scope: CancellationScope }>();

  constructor(onDue: (name: string) => void) {
    this.#onDue = onDue;
  }

  start(name: string, dueAtMs: number): void {
    const scope = new CancellationScope();
    this.#running.set(name, { dueAtMs, scope });
    scope
      .run(() => sleep(Math.max(1, Math.round(dueAtMs - Date.now()))))
      .then(() => {
        this.#running.delete(name);
        this.#onDue(name);
      })
      .catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
  }

  cancel(name: string): void {
    this.#running.get(name)?.scope.cancel();
    this.#running.delete(name);
  }

  /** Ends all of them. */
  stop(): void {
    for (const name of this.#running.keys()) this.cancel(name);
  }

  /** True when one is due within so many milliseconds. */
  isDueWithin(ms: number): boolean {
    return [...this.#running.values()].some(({ dueAtMs }) => dueAtMs - Date.now() <= ms);
  }

  list(): readonly { readonly name: string; readonly dueAtMs: number }[] {
    return [...this.#running].map(([name, { dueAtMs }]) => ({ name, dueAtMs }));
  }
}
