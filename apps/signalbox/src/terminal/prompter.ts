import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Edge } from '../edge.ts';

/** Asks a person at the terminal. */
export interface Prompter {
  /** One line; undefined when the person pressed Ctrl-C or Ctrl-D, or the signal aborted. */
  readonly ask: (question: string, signal?: AbortSignal) => Promise<string | undefined>;
  /** One line that is not shown while it is typed; undefined as with `ask`. */
  readonly askSecret: (question: string, signal?: AbortSignal) => Promise<string | undefined>;
  /** Shows something between questions. */
  readonly tell: (text: string) => void;
}

/** The prompter of a terminal; undefined where nobody can answer. */
export function createPrompter(edge: Edge): Prompter | undefined {
  if (edge.stdin.isTTY !== true || edge.stderr.isTTY !== true) return undefined;
  return {
    tell: (text) => void edge.stderr.write(text),
    ask: (question, signal) => askLine(edge, edge.stderr, question, signal),
    askSecret: async (question, signal) => {
      edge.stderr.write(question);
      const line = await askLine(edge, silence(), '', signal);
      edge.stderr.write('\n');
      return line;
    },
  };
}

/** Takes the echo of what is typed, and shows it to nobody. */
function silence(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

async function askLine(
  edge: Edge,
  echo: NodeJS.WritableStream,
  question: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const gone = new AbortController();
  const readline = createInterface({ input: edge.stdin, output: echo, terminal: true });
  readline.once('SIGINT', () => gone.abort());
  readline.once('close', () => gone.abort());
  const until = signal ? AbortSignal.any([signal, gone.signal]) : gone.signal;
  try {
    return await readline.question(question, { signal: until });
  } catch {
    edge.stderr.write('\n');
    return undefined;
  } finally {
    readline.close();
  }
}
