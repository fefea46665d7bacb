import { SignalboxError } from '@signalbox/sdk';
import type { CliContext } from '../../cli-context.ts';

const maxBytes = 4_096;

/**
 * A new password: the first line of standard input, or typed twice without being shown. Never an argument, for those can
 * be seen by everybody on the machine.
 * Errors: `usage` where nobody can be asked or the two differ, `cancelled` when nothing was typed.
 */
export async function readNewPassword(context: CliContext, isFromStdin: boolean): Promise<string> {
  if (isFromStdin) return readFirstLine(context.edge.stdin);
  const password = await readPassword(context, 'new password');
  if (password === (await readPassword(context, 'the same again'))) return password;
  throw new SignalboxError('usage', 'the two are not the same; nothing was changed');
}

/** A password that is typed once without being shown. Errors: as above. */
export async function readPassword(context: CliContext, label: string): Promise<string> {
  if (!context.prompter)
    throw new SignalboxError(
      'usage',
      'a password is asked for and nobody is at a terminal here; add --password-stdin',
    );
  const line = await context.prompter.askSecret(`${label}: `, context.signal);
  if (line) return line;
  throw new SignalboxError('cancelled', 'no password was typed; nothing was changed');
}

async function readFirstLine(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += chunk.toString();
    if (text.length > maxBytes) break;
  }
  const line = text.split(/\r?\n/, 1)[0] ?? '';
  if (line !== '') return line;
  throw new SignalboxError('usage', 'standard input has no password on its first line');
}
