import { homedir } from 'node:os';
import type { ReadStream, WriteStream } from 'node:tty';

/** What the command line touches of the outside world; a test gives its own. */
export interface Edge {
  /** The words after the program's name. */
  readonly argv: readonly string[];
  readonly env: { readonly [name: string]: string | undefined };
  readonly cwd: string;
  readonly home: string;
  readonly platform: string;
  readonly stdin: NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY'>>;
  readonly stdout: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;
  readonly stderr: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;
  /** Calls back at every Ctrl-C; the result stops that. */
  readonly onInterrupt: (listener: () => void) => () => void;
}

/** The edge of a real process. */
export function processEdge(given: NodeJS.Process): Edge {
  return {
    argv: given.argv.slice(2),
    env: given.env,
    cwd: given.cwd(),
    home: given.env['HOME'] ?? homedir(),
    platform: given.platform,
    stdin: given.stdin,
    stdout: given.stdout,
    stderr: given.stderr,
    onInterrupt: (listener) => {
      given.on('SIGINT', listener);
      return () => given.off('SIGINT', listener);
    },
  };
}
