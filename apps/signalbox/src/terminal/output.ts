import type { Edge } from '../edge.ts';

/** Where a command writes: results to standard output, everything else to standard error. */
export interface Output {
  /** Writes a result. */
  readonly result: (text: string) => void;
  /** Writes a note for people. */
  readonly note: (text: string) => void;
  readonly isTerminal: boolean;
  readonly isErrorTerminal: boolean;
  /** Columns of the terminal; undefined when the result goes elsewhere and nothing is cut. */
  readonly columns: number | undefined;
  readonly hasColor: boolean;
}

/** Makes the output of an edge. Colour needs a terminal, no NO_COLOR (no-color.org) and no `--no-color`. */
export function createOutput(edge: Edge, options: { readonly color: boolean }): Output {
  const isTerminal = edge.stdout.isTTY === true;
  const noColor = edge.env['NO_COLOR'];
  return {
    result: (text) => void edge.stdout.write(text),
    note: (text) => void edge.stderr.write(text),
    isTerminal,
    isErrorTerminal: edge.stderr.isTTY === true,
    // A terminal that does not know its size says 0.
    columns: isTerminal ? edge.stdout.columns || 80 : undefined,
    hasColor:
      options.color && isTerminal && (noColor === undefined || noColor === '') && edge.env['TERM'] !== 'dumb',
  };
}
