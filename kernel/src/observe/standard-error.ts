import { writeSync } from 'node:fs';
import type { LogSink } from './hub-log.ts';

const maxWaiting = 65_536;

/**
 * Standard error as a log sink. Lines of one turn of the event loop go out together: on a pipe every write waits for
 * the system, and a busy hub has many lines a turn. What waits when the process ends is written first.
 */
export function standardError(): LogSink {
  let waiting = '';
  let isPlanned = false;
  const flush = (): void => {
    isPlanned = false;
    const text = waiting;
    waiting = '';
    if (text !== '') process.stderr.write(text);
  };
  process.once('exit', () => {
    if (waiting !== '') writeLast(waiting);
  });
  return {
    isTerminal: process.stderr.isTTY ?? false,
    write: (text) => {
      waiting += text;
      if (waiting.length > maxWaiting) return flush();
      if (isPlanned) return;
      isPlanned = true;
      setImmediate(flush);
    },
  };
}

/** The process is ending, so only a synchronous write arrives; whoever read the pipe may be gone. */
function writeLast(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // There is nobody left to tell.
  }
}
