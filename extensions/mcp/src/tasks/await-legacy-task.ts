import { relatedTaskKey } from '@signalbox/protocol';
import { type Ask, isJsonObject, type Viewer } from '@signalbox/sdk';
import type { LegacyRunning } from '../legacy/legacy-place.ts';
import type { LiveCall } from '../rounds/live-call.ts';
import type { TaskBoard } from './task-board.ts';
import type { TaskRecord } from './task-record.ts';

/** The requests that wait for one task, and the questions one of them has put to its client. */
interface Waiting {
  readonly asked: Set<string>;
  readonly askOpen: Set<() => void>;
}

const waitingByCall = new WeakMap<LiveCall, Waiting>();

/**
 * Waits for a task to end; what it asks meanwhile is asked on the stream of this request, once however many wait
 * (2025-11-25, basic/utilities/tasks, "Input Required Status"). Errors: `not_found`.
 */
export async function awaitLegacyTask(
  tasks: TaskBoard,
  viewer: Viewer,
  running: LegacyRunning,
  id: string,
): Promise<TaskRecord> {
  const call = await tasks.callOf(viewer, id);
  if (!call) return tasks.get(viewer, id);
  const waiting = waitingOf(call);
  const askOpen = (): void => {
    for (const [key, question] of call.questions.entries) {
      if (running.signal.aborted || waiting.asked.has(key)) continue;
      waiting.asked.add(key);
      void putToClient({ call, running, id, waiting }, key, question);
    }
  };
  const stop = call.watch(askOpen);
  waiting.askOpen.add(askOpen);
  askOpen();
  try {
    return await Promise.race([tasks.ended(viewer, id), aborted(running.signal)]);
  } finally {
    stop();
    waiting.askOpen.delete(askOpen);
  }
}

function waitingOf(call: LiveCall): Waiting {
  const known = waitingByCall.get(call);
  if (known) return known;
  const fresh = { asked: new Set<string>(), askOpen: new Set<() => void>() };
  waitingByCall.set(call, fresh);
  return fresh;
}

async function putToClient(
  { call, running, id, waiting }: { call: LiveCall; running: LegacyRunning; id: string; waiting: Waiting },
  key: string,
  { method, params }: Ask,
): Promise<void> {
  const meta = isJsonObject(params['_meta']) ? params['_meta'] : {};
  const related = { ...params, _meta: { ...meta, [relatedTaskKey]: { taskId: id } } };
  try {
    const answer = await running.peer.ask({ method, params: related }, running, call.begun);
    call.questions.answer({ [key]: answer });
  } catch (error) {
    if (!running.signal.aborted) return call.questions.refuse(key, error);
    // A client that went away may come back and be asked again, as may another that waits; one that refused has answered.
    waiting.asked.delete(key);
    for (const askOpen of waiting.askOpen) askOpen();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}
