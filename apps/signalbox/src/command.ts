import type { Command } from 'commander';
import type { CliContext } from './cli-context.ts';

/** What a command does; it gives the exit code, or nothing for success. */
type Action = (context: CliContext) => Promise<number | void>;

/** Runs an action with the context of its command. */
export type Run = (command: Command, action: Action) => Promise<void>;

/** Puts a command, or a group of them, into the program. */
export type AddCommand = (parent: Command, run: Run) => void;

/** The part of a command's help that shows how it is used. */
export function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}
