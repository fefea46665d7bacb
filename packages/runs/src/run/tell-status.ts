import type { RunError, RunStatus } from '@signalbox/sdk';
import type { RunRow } from '../store/engine-tables.ts';

/** Tells what a run has become, once it is written down. */
export type TellStatus = (
  run: { readonly row: Pick<RunRow, 'id' | 'org' | 'task_id'> },
  status: RunStatus,
  error?: RunError,
) => void;
