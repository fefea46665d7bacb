import { type Clock, systemClock } from '@signalbox/sdk';
import { storeError } from '@signalbox/store';
import { WorkerLink } from './worker-link.ts';
import type { Requests } from './worker-messages.ts';

/** Work on a whole file, which gets a thread of its own so that nothing waits for it. */
export type StoreTask = 'backup' | 'check' | 'restore';

/** Runs one task in a short-lived worker and ends it; bounded by half an hour. */
export async function runStoreTask<Task extends StoreTask>(
  task: Task,
  input: Requests[Task]['input'],
  clock: Clock = systemClock,
): Promise<Requests[Task]['output']> {
  const link = new WorkerLink({ answerTimeoutMs: maxTaskMs, clock });
  try {
    return await link.request(task, input);
  } finally {
    await link.terminate(storeError('closed', `the ${task} has ended`));
  }
}

const maxTaskMs = 1_800_000;
