import { createInterface } from 'node:readline/promises';
import type { Edge } from '../edge.ts';

/** Asks a person at the terminal. */
export interface Prompter {
  /** One line; undefined when the person pressed Ctrl-C or Ctrl-D, or the signal aborted. */
  readonly ask: (question: string, signal?: AbortSignal) => Promise<string | undefined>;
  /** Shows something between questions. */
  readonly tell: (text: string) => void;
}

/** The prompter of a terminal; undefined where nobody can answer. */
export function createPrompter(edge: Edge): Prompter | undefined {
  if (edge.stdin.isTTY !== true || edge.stderr.isTTY !== true) return undefined;
  return {
    tell: (text) => void edge.stderr.write(text),
    ask: (question, signal) => askLine(edge, question, signal),
  };
}

async function askLine(edge: Edge, question: string, signal?: AbortSignal): Promise<string | undefined> {
  const gone = new AbortController();
  const readline = createInterface({ input: edge.stdin, output: edge.stderr, terminal: true });
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
