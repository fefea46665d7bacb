import { errorTable, type SignalboxError, toSignalboxError } from '@signalbox/sdk';
import { cleanText } from './terminal/clean-text.ts';
import type { Output } from './terminal/output.ts';
import type { Format } from './terminal/print-items.ts';

const hints: { readonly [code: string]: string } = {
  unauthenticated: 'give a key with --key-file FILE or in SIGNALBOX_KEY',
  internal: 'run it again with --debug to see the cause',
};

/** Tells a failure on standard error and gives the exit code of the error table. Stack traces need `--debug`. */
export function reportError(
  output: Output,
  thrown: unknown,
  { format, isDebug, hint }: { format: Format; isDebug: boolean; hint?: string },
): number {
  const error = toSignalboxError(thrown);
  if (format === 'json' || format === 'jsonl') output.note(`${JSON.stringify(toJson(error))}\n`);
  else output.note(errorText(error, hint ?? hints[error.code]));
  if (isDebug) output.note(causeChain(error));
  return errorTable[error.code].exit;
}

function errorText(error: SignalboxError, hint: string | undefined): string {
  const message = cleanText(error.message);
  return hint === undefined ? `error: ${message}\n` : `error: ${message}\nhint: ${hint}\n`;
}

function toJson(error: SignalboxError): object {
  const details = error.details === undefined ? {} : { details: error.details };
  return { error: { code: error.code, message: error.message, ...details } };
}

function causeChain(error: SignalboxError): string {
  const lines: string[] = [];
  let next: unknown = error;
  while (next instanceof Error && lines.length < 10) {
    lines.push(next.stack ?? next.message);
    next = next.cause;
  }
  return `${cleanText(lines.join('\ncaused by: '))}\n`;
}
