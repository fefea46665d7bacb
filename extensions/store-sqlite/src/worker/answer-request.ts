import type { AnswerMessage, RequestMessage } from '../worker-messages.ts';
import { inspectStore } from './inspect-store.ts';
import { replaceStore } from './replace-store.ts';
import { describeFailure } from './store-fault.ts';
import type { StoreSession } from './store-session.ts';
import { writeBackup } from './write-backup.ts';

/** Carries out one request and gives its answer; never throws. */
export function answerRequest(session: StoreSession, request: RequestMessage): AnswerMessage {
  try {
    return { id: request.id, ok: true, value: carryOut(session, request) };
  } catch (error) {
    return { id: request.id, ok: false, failure: describeFailure(error) };
  }
}

function carryOut(session: StoreSession, request: RequestMessage): unknown {
  switch (request.kind) {
    case 'open':
      return session.open(request.input);
    case 'group':
      return session.commitGroup(request.input);
    case 'read':
      return session.read(request.input);
    case 'begin':
      return session.begin();
    case 'run':
      return session.run(request.input);
    case 'script':
      return session.script(request.input);
    case 'commit':
      return session.commit();
    case 'rollback':
      return session.rollback();
    case 'close':
      return session.close();
    case 'backup':
      return writeBackup(request.input);
    case 'check':
      return inspectStore(request.input.path);
    case 'restore':
      return replaceStore(request.input);
    default:
      return request satisfies never;
  }
}
