import { SignalboxError } from '@signalbox/sdk';
import type { CliContext } from '../../cli-context.ts';

const maxCharacters = 1_000;

/**
 * A secret the sender has chosen: the first line of standard input, never an argument, for those can be seen by everybody on the machine.
 * Errors: `usage` when there is none.
 */
export async function readSecret({ edge }: CliContext): Promise<string> {
  let text = '';
  for await (const chunk of edge.stdin) {
    text += chunk.toString();
    if (text.length > maxCharacters || text.includes('\n')) break;
  }
  const line = (text.split(/\r?\n/, 1)[0] ?? '').trim();
  if (line !== '') return line;
  throw new SignalboxError('usage', 'standard input has no secret on its first line');
}
