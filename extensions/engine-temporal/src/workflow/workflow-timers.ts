import type { Command } from '@signalbox/pipeline';
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

  /** True when one is due by then, once these commands are carried out: one may begin a timer and the next cancel it. */
  isDueBy(atMs: number, commands: readonly Command[]): boolean {
    const due = new Map([...this.#running].map(([name, { dueAtMs }]) => [name, dueAtMs]));
    for (const command of commands)
      if (command.kind === 'StartTimer') due.set(command.timer, command.dueAtMs);
      else if (command.kind === 'CancelTimer') due.delete(command.timer);
    return [...due.values()].some((dueAtMs) => dueAtMs <= atMs);
  }

  list(): readonly { readonly name: string; readonly dueAtMs: number }[] {
    return [...this.#running].map(([name, { dueAtMs }]) => ({ name, dueAtMs }));
  }
}
