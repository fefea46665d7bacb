import { relatedTaskKey } from '@signalbox/protocol';
import { type Ask, isJsonObject, type Principal } from '@signalbox/sdk';
import type { LegacyRunning } from '../legacy/legacy-place.ts';
import type { LiveCall } from '../rounds/live-call.ts';
import type { TaskBoard } from './task-board.ts';
import type { TaskRecord } from './task-record.ts';

/**
 * Waits for a task to end; what it asks meanwhile is asked on the stream of this request
 * (2025-11-25, basic/utilities/tasks, "Input Required Status"). Errors: `not_found`.
 */
export async function awaitLegacyTask(
  tasks: TaskBoard,
  principal: Principal,
  running: LegacyRunning,
  id: string,
): Promise<TaskRecord> {
  const call = await tasks.callOf(principal, id);
  if (!call) return tasks.get(principal, id);
  const asked = new Set<string>();
  const askOpen = (): void => {
    for (const [key, question] of call.questions.entries) {
      if (asked.has(key)) continue;
      asked.add(key);
      void putToClient({ call, running, id }, key, question);
    }
  };
  const stop = call.watch(askOpen);
  askOpen();
  try {
    return await Promise.race([tasks.ended(principal, id), aborted(running.signal)]);
  } finally {
    stop();
  }
}

async function putToClient(
  { call, running, id }: { call: LiveCall; running: LegacyRunning; id: string },
  key: string,
  { method, params }: Ask,
): Promise<void> {
  const meta = isJsonObject(params['_meta']) ? params['_meta'] : {};
  const related = { ...params, _meta: { ...meta, [relatedTaskKey]: { taskId: id } } };
  try {
    const answer = await running.peer.ask({ method, params: related }, running.signal, running.send);
    call.questions.answer({ [key]: answer });
  } catch (error) {
    // A client that went away may come back and be asked again; one that refused has answered.
    if (!running.signal.aborted) call.questions.refuse(key, error);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}
