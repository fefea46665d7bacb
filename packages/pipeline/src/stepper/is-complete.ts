import type { StepRecord } from './stepper-state.ts';

/** True for a step that never runs again: done, skipped, or failed with something that stands in for its output. */
export function isComplete(record: StepRecord | undefined): boolean {
  if (!record) return false;
  return (
    record.status === 'done' ||
    record.status === 'skipped' ||
    (record.status === 'failed' && record.output !== undefined)
  );
}
