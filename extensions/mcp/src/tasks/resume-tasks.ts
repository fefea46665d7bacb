import type { Clock, Log } from '@signalbox/sdk';
import { LiveCall } from '../rounds/live-call.ts';
import { type Caller, serveRequest } from '../serve/serve-request.ts';
import type { TaskBoard } from './task-board.ts';
import { type TaskRecord, useOf } from './task-record.ts';

/** What going on with tasks needs. */
export interface ResumeParts {
  readonly calls: Parameters<typeof serveRequest>[0];
  readonly clock: Clock;
  readonly log: Log;
  readonly tasks: TaskBoard;
}

/** Takes up the tasks of the last run: those whose upstream made a task of its own go on, the others have failed. */
export async function resumeTasks(parts: ResumeParts): Promise<void> {
  for (const record of await parts.tasks.unfinished()) {
    if (record.handle) parts.tasks.resume(record, callAgain(parts, record));
    else await parts.tasks.abandon(record);
  }
}

function callAgain({ calls, clock }: ResumeParts, record: TaskRecord): LiveCall {
  const { handle, principal, view, target, capabilities } = record;
  const begun = { principal, interface: record.interface, use: useOf(record) };
  const call = new LiveCall({
    begun,
    clock,
    channels: {},
    canAsk: true,
    takesTask: true,
    taskAfterMs: 0,
    ...(handle ? { handle } : {}),
    run: ({ signal, channels, detached, handle: theirs }, retry) => {
      const caller: Caller = {
        view,
        principal,
        interface: record.interface,
        signal,
        channels: { ...channels, capabilities: capabilities ?? {} },
        detached,
        takesInputErrorsAsResults: true,
        ...(retry ? { retry } : {}),
        ...(theirs ? { resume: theirs } : {}),
      };
      return serveRequest(calls, caller, 'tools/call', { name: target });
    },
  });
  return call.start();
}
