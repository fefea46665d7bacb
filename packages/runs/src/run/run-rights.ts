import type { Orderer, StandIn } from '@signalbox/sdk';
import type { RunRow } from '../store/engine-tables.ts';
import { joinOrderers, readRunAs } from '../store/run-as.ts';
import type { CallingRun } from './tool-caller.ts';

/** Whose rights a run has that is held, and who has ordered what it does: of these there may be more while it goes on, never fewer. */
export class RunRights implements CallingRun {
  readonly id: string;
  #runAs: StandIn;
  #row: Pick<RunRow, 'run_as'>;
  #isChanged = false;

  constructor({ id, run_as }: Pick<RunRow, 'id' | 'run_as'>) {
    this.id = id;
    this.#row = { run_as };
    this.#runAs = readRunAs(this.#row);
  }

  get runAs(): StandIn {
    return this.#runAs;
  }

  /** What the run does from now on they have ordered, too. */
  join(orderers: readonly Orderer[]): void {
    const { run_as } = joinOrderers(this.#row, orderers);
    if (run_as === undefined) return;
    this.#row = { run_as };
    this.#runAs = readRunAs(this.#row);
    this.#isChanged = true;
  }

  /** What the row of the run does not say yet; it is written with what comes next, or the run is not held any more. */
  takeChange(): Partial<Pick<RunRow, 'run_as'>> {
    if (!this.#isChanged) return {};
    this.#isChanged = false;
    return this.#row;
  }
}
