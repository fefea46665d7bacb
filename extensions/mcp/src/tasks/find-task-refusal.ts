import type { Calls, SignalboxError, Viewer } from '@signalbox/sdk';
import { isAsWide } from '../serve/is-as-wide.ts';
import { noSuchTask, type TaskRecord, useOf } from './task-record.ts';

/**
 * Why a task is not for who asks; undefined when it is. What a wide credential began is not there for a narrow one, nor is
 * what its owner may not see any more.
 */
export function findTaskRefusal(
  calls: Calls,
  record: TaskRecord,
  { principal, interface: through }: Viewer,
): SignalboxError | undefined {
  if (!isAsWide(principal, record.principal)) return noSuchTask();
  const refusal = calls.findRefusal({ ...useOf(record), principal, interface: through });
  return refusal?.code === 'not_found' ? noSuchTask() : refusal;
}
