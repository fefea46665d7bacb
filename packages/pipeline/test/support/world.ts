import type { ErrorKind } from '@signalbox/pipeline';
import type { JsonObject, JsonValue } from '@signalbox/sdk';

/** One call, as the tools saw it. */
export interface Call {
  readonly path: string;
  readonly attempt: number;
  readonly tool: string;
  readonly args: JsonValue;
}

/** What is outside of a pipeline: the same whoever asks. */
export interface World {
  /** Errors of the calls of a step, by its id: the first call gets the first, and so on. */
  readonly faults: ReadonlyMap<string, readonly ErrorKind[]>;
  /** Ids of questions that are answered with no. */
  readonly refusals: ReadonlySet<string>;
  /** How many letters all that tools give holds beside. */
  readonly padding?: number;
  /** The first call of each undoing takes too long. */
  readonly undoesLate?: boolean;
}

/** What a call gives: something that depends on the arguments and on nothing else. */
export function answerOf(
  world: World,
  { path, attempt, tool, args }: Call,
): { output: JsonValue } | { error: ErrorKind } {
  const undoFault = world.undoesLate && attempt % 100 === 1 ? 'timeout' : undefined;
  const error = tool === 'undo' ? undoFault : world.faults.get(idOf(path))?.[attempt - 1];
  if (error) return { error };
  const sum = Array.from(`${tool} ${JSON.stringify(args)}`).reduce(
    (so, letter) => (so * 31 + (letter.codePointAt(0) ?? 0)) % 9_973,
    7,
  );
  const padding = world.padding === undefined ? {} : { padding: 'x'.repeat(world.padding) };
  return { output: { n: sum, ok: sum % 2 === 0, ...padding } };
}

/** The event a step waits for. */
export function eventOf(path: string): { topic: string; id: string; payload: JsonObject; source: null } {
  return { topic: 'news', id: `event of ${path}`, payload: { at: path }, source: null };
}

/** Where the only call of the task is seen that a step runs. */
export function callOfTask(path: string): string {
  return `${path}/inner`;
}

/** The id at the end of a path. */
export function idOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1).replace('#undo', '');
}
