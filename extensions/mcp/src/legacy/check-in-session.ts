import { type Calls, isSignalboxError, type Viewer } from '@signalbox/sdk';
import { type Begun, checkGoOn, mayNotGoOn } from '../serve/begun.ts';

/**
 * Lets somebody touch what was begun in a session when they may go on with all of it. Errors: `insufficient_scope`,
 * `forbidden`; what is not there for them is forbidden, too, for over HTTP a 404 says that the session is over.
 */
export function checkInSession(calls: Calls, all: readonly Begun[], asking: Viewer): void {
  for (const begun of all) {
    try {
      checkGoOn(calls, begun, asking);
    } catch (error) {
      throw isSignalboxError(error) && error.code === 'not_found' ? mayNotGoOn() : error;
    }
  }
}
