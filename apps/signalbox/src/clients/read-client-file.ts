import { readFile } from 'node:fs/promises';
import { SignalboxError } from '@signalbox/sdk';

/** The text of a client's file; undefined when there is none. Errors: `parse_error` for what is no text. */
export async function readClientFile(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new SignalboxError('usage', `"${path}" cannot be read; check its permissions`, { cause: error });
  });
  if (!bytes) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SignalboxError('parse_error', `"${path}" is no UTF-8 text; mend it first, nothing was written`);
  }
}
