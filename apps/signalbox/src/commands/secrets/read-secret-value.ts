import { SignalboxError } from '@signalbox/sdk';
import type { CliContext } from '../../cli-context.ts';

const maxBytes = 10_000;

/**
 * The value of a secret: of a variable, or all of standard input but the last end of line; never an argument, for those can be seen by
 * everybody on the machine. Errors: `usage` when there is none, or too much.
 */
export async function readSecretValue({ edge }: CliContext, variable: string | undefined): Promise<string> {
  if (variable !== undefined) {
    const value = edge.env[variable];
    if (value !== undefined && value !== '') return value;
    throw new SignalboxError('usage', `the variable ${variable} is not set, and --from-env names it`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of edge.stdin) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > maxBytes)
      throw new SignalboxError('usage', 'standard input holds more than 8 KB, the most a secret may have');
    chunks.push(part);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const value = text.replace(/\r?\n$/, '');
  if (value !== '') return value;
  throw new SignalboxError('usage', 'standard input holds no secret; pipe its value in, or use --from-env');
}
