import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SignalboxError } from '@signalbox/sdk';
import type { CliContext } from '../../cli-context.ts';

const maxBytes = 4 * 1024 * 1024;

/** Reads a file of YAML or JSON; what is in it is checked by who wants it. Errors: `usage` when it cannot be read. */
export async function readDocument({ edge }: Pick<CliContext, 'edge'>, path: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    const text = await readFile(resolve(edge.cwd, path), 'utf8');
    if (text.length > maxBytes) throw new RangeError('longer than 4 MiB');
    return parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    throw new SignalboxError('usage', `the file "${path}" cannot be read as YAML or JSON; check it`, {
      cause,
    });
  }
}
