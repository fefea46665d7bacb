import { SignalboxError } from '@signalbox/sdk';
import type { Command, CommanderError } from 'commander';

/** Turns what the parser says into the hub's own error, with the help that fits as hint. */
export function usageError(
  program: Command,
  argv: readonly string[],
  error: CommanderError,
): { failure: SignalboxError; hint: string } {
  const text = error.message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (?:one of )?(.+)\?\)$/s, '; did you mean $1?')
    .replaceAll('\n', ' ');
  return {
    failure: new SignalboxError('usage', text, { cause: error }),
    hint: `see "${[...pathOf(program, argv), '--help'].join(' ')}"`,
  };
}

/** The names of the commands the words lead to. */
function pathOf(program: Command, argv: readonly string[]): string[] {
  const path = [program.name()];
  let command = program;
  for (const word of argv.filter((candidate) => !candidate.startsWith('-'))) {
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (!next) continue;
    path.push(next.name());
    command = next;
  }
  return path;
}
