import { type Orderer, orderedBy, type StandIn } from '@signalbox/sdk';
import type { RunRow } from './engine-tables.ts';

type RunAs = Pick<RunRow, 'run_as'>;

/** Whose rights a run has that stands in the store. */
export function readRunAs({ run_as: text }: RunAs): StandIn {
  // Only order-writes.ts and joinOrderers make what is in the column.
  return JSON.parse(text) as StandIn;
}

/** What the row of a run has to say once these have joined those who have ordered what it does; nothing where it says so already. */
export function joinOrderers(row: RunAs, orderers: readonly Orderer[]): Partial<RunAs> {
  if (orderers.length === 0) return {};
  const text = JSON.stringify(orderedBy(readRunAs(row), orderers));
  return text === row.run_as ? {} : { run_as: text };
}
