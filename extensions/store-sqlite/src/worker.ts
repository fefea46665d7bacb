import { parentPort } from 'node:worker_threads';
import { answerRequest } from './worker/answer-request.ts';
import { StoreSession } from './worker/store-session.ts';
import type { RequestMessage } from './worker-messages.ts';

// Entry of the worker thread. It imports `node:` modules and relative files only, because a worker
// resolves nothing else when it runs from the bundle.
const session = new StoreSession();
parentPort?.on('message', (request: RequestMessage) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the rule is about windows
  parentPort?.postMessage(answerRequest(session, request));
  if (request.kind === 'close') parentPort?.close();
});
