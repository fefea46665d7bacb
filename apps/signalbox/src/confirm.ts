import { SignalboxError } from '@signalbox/sdk';
import type { CliContext } from './cli-context.ts';

/**
 * Asks before something is destroyed; `isSure` is `--yes`.
 * Errors: `usage` where nobody can be asked, `cancelled` when the answer is no.
 */
export async function confirm(context: CliContext, question: string, isSure: boolean): Promise<void> {
  if (isSure) return;
  if (!context.prompter) {
    throw new SignalboxError('usage', `${question} needs a yes and nobody is at a terminal here; add --yes`);
  }
  const line = await context.prompter.ask(`${question}? [y/N] `, context.signal);
  if (line !== undefined && /^y(?:es)?$/i.test(line.trim())) return;
  throw new SignalboxError('cancelled', 'nothing was changed; answer "y" to go on');
}
